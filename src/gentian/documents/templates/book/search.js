"use strict";
// Narrows the list of statements to those that hold every word typed; without it the page is the whole list.
(() => {
  const form = document.getElementById("search");
  const field = document.getElementById("words");
  const count = document.getElementById("count");
  const rows = Array.from(document.querySelectorAll("[data-words]"));
  const groups = Array.from(document.querySelectorAll("[data-group]"));
  const narrow = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.dataset.words.includes(word));
      row.hidden = !fits;
      left += fits ? 1 : 0;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-words]:not([hidden])");
    }
    count.textContent = words.length ? `${left} of ${rows.length} statements` : `${rows.length} statements`;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", narrow);
  narrow();
})();
