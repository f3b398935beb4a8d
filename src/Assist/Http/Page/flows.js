// The table of flows: searched, sorted and paged by the daemon, so that a full table costs the page nothing.

import { ask } from './net.js';
import { byId, destination, duration, el, number, rate, say, source, words } from './text.js';
import { showWhy } from './why.js';

const pageSize = 50;

const columns = [
  { key: 'action', title: 'Action', text: (flow) => flow.action },
  { key: 'source', title: 'Source', text: (flow) => source(flow.match) },
  { key: 'destination', title: 'Destination', text: (flow) => destination(flow.match) },
  { title: 'Protocol', text: (flow) => flow.match?.protocol ?? 'any', wide: true },
  { key: 'rule', title: 'Rule', text: (flow) => flow.rule ?? '–' },
  { key: 'state', title: 'State', text: (flow) => words(flow.state) },
  { key: 'age', title: 'Age', text: (flow) => duration(flow.begun_ago_s), numeric: true, wide: true },
  { key: 'left', title: 'Left', text: (flow) => duration(flow.expires_in_s), numeric: true, wide: true },
  { key: 'packets', title: 'Packets', text: (flow) => number(flow.packets), numeric: true },
  { key: 'rate', title: 'Per min', text: (flow) => rate(flow.packets_per_minute), numeric: true, wide: true },
];

const state = { sort: '', offset: 0, asked: 0 };
const rows = new Map();

export function startFlows() {
  byId('table').querySelector('thead tr').append(...columns.map(heading), el('th', { scope: 'col' }, 'Reason'));
  const form = byId('search');
  form.addEventListener('submit', (event) => event.preventDefault());
  let timer = 0;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => { state.offset = 0; refreshFlows(true); }, 150);
  });
}

function heading(column) {
  const classes = [column.numeric ? 'number' : '', column.wide ? 'wide' : ''].join(' ').trim();
  if (!column.key) return el('th', { scope: 'col', class: classes }, column.title);
  const button = el('button', { type: 'button', onclick: () => sortBy(column.key) }, column.title);
  return el('th', { scope: 'col', class: classes, 'data-key': column.key, 'aria-sort': 'none' }, button);
}

// The first time the way that is mostly wanted: the largest number, the first word.
function sortBy(key) {
  const isNumeric = columns.find((column) => column.key === key).numeric;
  const [first, second] = isNumeric ? [`-${key}`, key] : [key, `-${key}`];
  state.sort = state.sort === first ? second : first;
  for (const th of byId('table').querySelectorAll('th[data-key]')) {
    const direction = state.sort.startsWith('-') ? 'descending' : 'ascending';
    th.setAttribute('aria-sort', th.dataset.key === key ? direction : 'none');
  }
  state.offset = 0;
  refreshFlows(true);
}

// byHand: somebody has asked for it, and is told what came of it.
export async function refreshFlows(byHand = false) {
  const mine = ++state.asked;
  const page = await ask('flows', {
    search: byId('text').value.trim(), action: byId('action').value, ended: byId('ended').checked ? 'true' : '',
    sort: state.sort, offset: state.offset, limit: pageSize,
  });
  // An answer to a question of before.
  if (mine !== state.asked) return;
  if (page.total > 0 && page.offset >= page.total) {
    state.offset = 0;
    return refreshFlows(byHand);
  }
  show(page.flows);
  const text = found(page);
  say(byId('found'), text);
  if (byHand) say(byId('found-said'), text);
  showPages(page);
}

function found(page) {
  if (page.total === 0) return byId('text').value.trim() ? 'No flow was found.' : 'There is no flow.';
  const last = page.offset + page.flows.length;
  return `${number(page.offset + 1)} to ${number(last)} of ${number(page.total)} flows`
    + (page.problem ? `; this may be out of date: ${page.problem}` : '');
}

function show(flows) {
  const body = byId('table').querySelector('tbody');
  const focused = document.activeElement;
  const names = new Set(flows.map((flow, index) => keyOf(flow, index)));
  for (const [name, row] of rows) {
    if (names.has(name)) continue;
    row.remove();
    rows.delete(name);
  }
  flows.forEach((flow, index) => {
    const key = keyOf(flow, index);
    const row = rows.get(key) ?? newRow(flow, key);
    columns.forEach((column, at) => say(row.cells[at], column.text(flow)));
    row.dataset.action = flow.action;
    row.dataset.state = flow.state;
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
  });
  // A row that was moved loses it.
  if (focused !== document.activeElement && body.contains(focused)) focused.focus({ preventScroll: true });
}

// The same flow may have ended more than once.
const keyOf = (flow, index) => (flow.ended_ago_s === undefined ? flow.name : `${flow.name} ${index}`);

function newRow(flow, key) {
  const { name } = flow;
  const button = el('button', { type: 'button', 'aria-label': `Why ${name}`, onclick: () => showWhy(name) }, 'Why');
  const row = el('tr', {}, ...columns.map((column, index) => el(index === 0 ? 'th' : 'td', {
    scope: index === 0 ? 'row' : null,
    class: [column.numeric ? 'number' : '', column.wide ? 'wide' : '', column.key ?? ''].join(' ').trim(),
  })), el('td', {}, button));
  rows.set(key, row);
  return row;
}

function showPages(page) {
  const place = byId('pages');
  if (page.total <= pageSize) {
    place.replaceChildren();
    return;
  }
  if (place.childElementCount === 0)
    place.append(
      el('button', { type: 'button', onclick: () => turn(-1) }, 'Previous'),
      el('button', { type: 'button', onclick: () => turn(1) }, 'Next'));
  const [previous, next] = place.children;
  previous.disabled = page.offset === 0;
  next.disabled = page.offset + pageSize >= page.total;
}

function turn(direction) {
  state.offset = Math.max(0, state.offset + direction * pageSize);
  refreshFlows(true);
}
