// The shorter lists: what was refused, who sends, what has happened, and who comes most.

import { ask } from './net.js';
import { amount, byId, clock, duration, el, number, say, words } from './text.js';
import { showWhy } from './why.js';

const mostEvents = 50;
const mostInTop = 8;

export async function refreshRefused() {
  const { refused } = await ask('refused', { last: 30 });
  const table = byId('refused');
  table.parentElement.hidden = refused.length === 0;
  byId('refused-none').hidden = refused.length > 0;
  fill(table, refused.map((each) => [
    el('td', {}, el('time', { datetime: each.time }, clock(each.time))),
    el('th', { scope: 'row' }, words(each.outcome)),
    el('td', {}, `${each.sender} by ${each.transport}`),
    el('td', {}, each.reason),
    el('td', { class: 'line' }, el('code', {}, each.line)),
  ]));
}

export function showSenders(senders) {
  fill(byId('senders'), senders.map((sender) => [
    el('th', { scope: 'row' }, sender.sender),
    el('td', {}, Object.keys(sender.transports).join(', ') || '–'),
    el('td', { class: 'number' }, number(sender.received)),
    el('td', { class: 'number' }, sender.last_message_ago_s === undefined ? 'never'
      : `${duration(sender.last_message_ago_s)} ago`),
  ]));
}

// Rows that say the same stay, and with them what is selected in them.
function fill(table, lines) {
  const body = table.querySelector('tbody');
  lines.forEach((cells, index) => {
    const row = el('tr', {}, ...cells);
    const old = body.rows[index];
    if (!old) body.append(row);
    else if (old.textContent !== row.textContent) old.replaceWith(row);
  });
  while (body.rows.length > lines.length) body.lastElementChild.remove();
}

export function addEvent(kind, data) {
  const place = byId('events');
  byId('events-none').hidden = true;
  const text = kind === 'lost' ? `${number(data.lost)} facts were missed` : kind === 'restarted'
    ? 'the daemon was restarted' : eventText(data);
  const name = data.flow && data.match ? data.flow : null;
  place.prepend(el('li', { 'data-event': kind },
    el('time', { datetime: data.time ?? null }, data.time ? clock(data.time) : ''), ' ',
    name ? el('button', { type: 'button', class: 'plain', onclick: () => showWhy(name) }, text) : text));
  while (place.childElementCount > mostEvents) place.lastElementChild.remove();
}

function eventText(data) {
  const parts = [words(data.event)];
  if (data.command) parts.push(`assist ${data.command}, by ${data.login ? `${data.login} as ` : ''}${data.user}`);
  if (data.flow) parts.push(data.flow);
  if (data.count) parts.push(`${number(data.count)}${data.limit ? ` of ${number(data.limit)}` : ''}`);
  if (data.problem) parts.push(words(data.problem));
  if (data.rule) parts.push(`rule ${data.rule}`);
  if (data.reason) parts.push(data.reason);
  return parts.join(' · ');
}

const tops = [
  { title: 'Rules', of: (report) => report.rules },
  { title: 'Sources', of: (report) => report.sources },
  { title: 'Destinations', of: (report) => report.destinations },
  { title: 'Applications', of: (report) => report.applications },
];

const figures = ['drops', 'bypasses', 'packets', 'bytes'];

export async function refreshTop() {
  const report = await ask('top', {
    over: byId('top-over').value, by: byId('top-by').value, last: mostInTop,
  });
  const place = byId('top');
  if (place.childElementCount === 0) place.append(...tops.map(({ title }) => topTable(title)));
  tops.forEach(({ of }, index) => fill(place.children[index].querySelector('table'), of(report).rows.map((row) => [
    el('th', { scope: 'row' }, row.name),
    ...figures.map((figure) => el('td', { class: 'number' }, amount(row[figure]))),
  ])));
  say(byId('top-error'), errorOf(report));
}

function errorOf(report) {
  const parts = figures.map((figure) => [figure, Math.max(...tops.map(({ of }) => of(report).error[figure]))])
    .filter(([, error]) => error > 0).map(([figure, error]) => `${amount(error)} ${figure}`);
  if (report.missed > 0) parts.push(`${number(report.missed)} facts that were missed`);
  return parts.length === 0 ? '' : `Each number may be off by ${parts.join(', ')} at most.`;
}

export function startTop() {
  const form = byId('top-form');
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', () => refreshTop());
}

const topTable = (title) => el('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': `Top: ${title}` },
  el('table', {}, el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, title),
    ...['Drops', 'Bypasses', 'Packets', 'Bytes'].map((name) => el('th', { scope: 'col', class: 'number' }, name)))),
  el('tbody')));

export function showFindings(status) {
  byId('wrong').dataset.wrong = status.problems.length > 0;
  const list = byId('problems');
  const texts = status.problems.join('\n');
  if (list.dataset.texts !== texts) list.replaceChildren(...status.problems.map((text) => el('li', {}, text)));
  list.dataset.texts = texts;
  byId('nothing').hidden = status.problems.length > 0;
  say(byId('nothing'), 'Nothing is wrong.');
  const notes = byId('notes');
  notes.hidden = status.notices.length === 0;
  say(notes.querySelector('summary'), `${number(status.notices.length)} to know of`);
  const told = status.notices.join('\n');
  if (notes.dataset.texts !== told)
    notes.querySelector('ul').replaceChildren(...status.notices.map((text) => el('li', {}, text)));
  notes.dataset.texts = told;
}
