"""The board: items, what the model may do to it, what the person does."""
