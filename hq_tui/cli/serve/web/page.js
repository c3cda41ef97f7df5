"use strict";
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("again").addEventListener("click", () => {
    window.location.href = window.location.pathname;
  });
});
