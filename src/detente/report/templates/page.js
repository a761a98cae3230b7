for (const box of document.querySelectorAll("input[data-filter]")) {
  const rows = document.getElementById(box.dataset.filter).querySelectorAll("tbody tr");
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      const fold = row.closest("details");
      if (words.length && !row.hidden && fold) fold.open = true;
    }
  });
}
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("#premise details, #rests details")) part.open = true;
});
const unfold = () => {
  const part = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (part && part.matches("details")) part.open = true;
};
addEventListener("hashchange", unfold);
unfold();
