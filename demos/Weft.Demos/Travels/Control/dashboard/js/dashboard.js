// The control dashboard: a map of requests per city, bars per portal, and sliders that steer each portal.
const colours = ['#e41a1c', '#ff7f00', '#1c9099'];
const map = document.getElementById('map');
const project = ([longitude, latitude]) => {
  // Mercator, framed on Europe (27° W to 45° E, 33° N to 71° N).
  const y = degrees => Math.log(Math.tan(Math.PI / 4 + degrees * Math.PI / 360));
  return [(longitude + 27) / 72 * 900, (y(71) - y(latitude)) / (y(71) - y(33)) * 560];
};
const svg = (name, attributes, text) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
};
const land = svg('g', {});
const dots = svg('g', {});
map.append(land, dots);

const before = new Map();
let refreshTimer;
let portals = [];

async function drawLand() {
  const countries = await (await fetch('data/europe.json')).json();
  for (const { name, rings } of countries) {
    const path = rings.map(ring => 'M' + ring.map(point => project(point).map(n => n.toFixed(1)).join(',')).join('L') + 'Z').join('');
    land.append(svg('path', { d: path, class: 'country', 'data-country': name }));
  }
}

async function refresh() {
  clearTimeout(refreshTimer);
  try {
    const answer = await fetch('status');
    if (answer.ok) show(await answer.json());
  } finally {
    const pause = Number(document.getElementById('refresh').value);
    if (pause > 0) refreshTimer = setTimeout(refresh, pause);
  }
}

function show(statuses) {
  portals = statuses.map((status, index) => ({ ...status, colour: colours[index % colours.length] }));
  document.getElementById('last-refresh').textContent = new Date().toLocaleTimeString();
  const homes = new Set(portals.map(portal => portal.country));
  for (const country of land.children) country.classList.toggle('home', homes.has(country.dataset.country));
  showForms();
  showCities();
  bars('total', portals.map(portal => ({ label: portal.name, value: portal.status.requests.total, colour: portal.colour })));
  grouped('devices', ['web', 'mobile']);
  grouped('users', ['registered', 'new']);
  grouped('travel_type', ['t1', 't2', 't3']);
}

function showCities() {
  const cities = new Map();
  for (const portal of portals) {
    for (const city of portal.status.cities ?? []) {
      const sum = cities.get(city.city) ?? { name: city.city, at: city.coordinates, total: 0, shares: [] };
      sum.total += city.requests.total;
      sum.shares.push(`${portal.name} ${city.requests.total}`);
      cities.set(city.city, sum);
    }
  }
  const most = Math.max(1, ...[...cities.values()].map(city => city.total));
  dots.replaceChildren();
  for (const city of cities.values()) {
    const [x, y] = project(city.at);
    const radius = 3 + 14 * Math.sqrt(city.total / most);
    const dot = svg('circle', { cx: x, cy: y, r: radius, class: 'city', tabindex: 0, 'aria-label': `${city.name} (${city.total})` });
    const tell = () => { document.getElementById('city').textContent = `${city.name} (${city.total}): ${city.shares.join(', ')}`; };
    dot.addEventListener('mouseenter', tell);
    dot.addEventListener('focus', tell);
    dots.append(dot, svg('text', { x: x + radius + 2, y: y + 3, class: 'name' }, city.name));
    const news = city.total - (before.get(city.name) ?? 0);
    if (before.size > 0 && news > 0) dots.append(svg('circle', { cx: x, cy: y, r: radius * Math.sqrt(news / city.total), class: 'fresh' }));
    before.set(city.name, city.total);
  }
}

function bars(id, rows) {
  const most = Math.max(1, ...rows.map(row => row.value));
  document.getElementById(id).replaceChildren(...rows.map(row => {
    const bar = document.createElement('div');
    bar.className = row.group ? 'group' : 'bar';
    if (row.group) { bar.textContent = row.group; return bar; }
    bar.style.setProperty('--color', row.colour);
    bar.style.setProperty('--share', `${row.value / most * 100}%`);
    const label = document.createElement('span'); label.textContent = row.label;
    const cell = document.createElement('span'); cell.append(document.createElement('i'));
    const value = document.createElement('span'); value.textContent = row.value;
    bar.append(label, cell, value);
    return bar;
  }));
}

function grouped(kind, classes) {
  bars(kind, classes.flatMap(name => [{ group: name, value: 0 },
    ...portals.map(portal => ({ label: portal.name, value: portal.status.requests[kind][name], colour: portal.colour }))]));
}

const sliders = [
  ['Ratio', settings => settings.request_ratio, (settings, v) => { settings.request_ratio = v; }, settings => `${Math.max(0.06, settings.request_ratio / 100 * 1.33).toFixed(2)} req/s`],
  ['Device', settings => settings.devices.web, (settings, v) => { settings.devices = { web: v, mobile: 100 - v }; }, settings => `${settings.devices.web} web`],
  ['User', settings => settings.users.new, (settings, v) => { settings.users = { new: v, registered: 100 - v }; }, settings => `${settings.users.new} new`],
  ...['t1', 't2', 't3'].map(type => [`Travel ${type.toUpperCase()}`, settings => settings.travel_type[type], (settings, v) => {
    const [a, b] = ['t1', 't2', 't3'].filter(other => other !== type);
    settings.travel_type = { [type]: v, [a]: Math.ceil((100 - v) / 2), [b]: Math.floor((100 - v) / 2) };
  }, settings => `${settings.travel_type[type]} %`]),
];

function showForms() {
  const place = document.getElementById('portals');
  if (place.contains(document.activeElement)) return;
  place.replaceChildren(...portals.map(portal => {
    const form = document.createElement('section');
    form.className = 'portal';
    form.style.setProperty('--color', portal.colour);
    const title = document.createElement('h3');
    title.textContent = portal.name;
    if (portal.status.error) {
      const failed = document.createElement('span');
      failed.className = 'failed';
      failed.textContent = ' - Failed to connect';
      title.append(failed);
    }
    form.append(title);
    for (const [name, get, set, tell] of sliders) form.append(slider(portal, name, get, set, tell));
    return form;
  }));
}

function slider(portal, name, get, set, tell) {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'range', min: 0, max: 100, value: get(portal.settings), disabled: portal.status.error });
  input.setAttribute('aria-label', `${portal.name} ${name}`);
  const output = document.createElement('output');
  output.textContent = tell(portal.settings);
  input.addEventListener('change', async () => {
    set(portal.settings, Number(input.value));
    output.textContent = tell(portal.settings);
    await fetch(`settings/${encodeURIComponent(portal.name)}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(portal.settings) });
    input.blur();
    await refresh();
  });
  label.append(name, input, output);
  return label;
}

const pause = document.getElementById('refresh');
pause.addEventListener('input', () => { document.getElementById('refresh-value').textContent = pause.value === '0' ? 'paused' : `${pause.value} ms`; });
pause.addEventListener('change', refresh);
await drawLand();
await refresh();
