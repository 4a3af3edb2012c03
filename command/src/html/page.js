const box = document.getElementById('search');
const found = document.getElementById('found');
const items = [...document.querySelectorAll('[data-name]')];
box.addEventListener('input', () => {
  const wanted = box.value.trim().toLowerCase();
  const names = new Set();
  for (const item of items) {
    item.hidden = !item.dataset.name.toLowerCase().includes(wanted);
    if (!item.hidden) names.add(item.dataset.name);
  }
  found.textContent = wanted ? `${names.size} found` : '';
});
