for (const box of document.querySelectorAll("input[data-filter]")) {
  const rows = document.getElementById(box.dataset.filter).querySelectorAll("tbody tr");
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
}
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("#premise details, #rests details")) part.open = true;
});
