// Puts values into words, and words into elements: always as text, whatever a log has said.

export const byId = (id) => document.getElementById(id);

export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class') element.className = value;
    else if (name === 'onclick') element.addEventListener('click', value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Nothing is touched that says the same already: it would be read out again, or lose a selection.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const number = (value) => (value === null || value === undefined ? '–' : whole.format(value));

export const rate = (value) => (value === null || value === undefined ? '–'
  : value >= 100 ? whole.format(value) : tenths.format(value));

// As 1.5 M.
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const amount = (value) => (value >= 100000 ? short.format(value) : number(value));

export function milliseconds(value) {
  if (value === null || value === undefined) return '–';
  return value >= 10000 ? `${rate(value / 1000)} s` : `${rate(value)} ms`;
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s / 3600) % 24} h`;
}

// In the time of the one who looks.
export function clock(time) {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '–';
  const two = (value) => String(value).padStart(2, '0');
  const day = at.toDateString() === new Date().toDateString() ? ''
    : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} `;
  return `${day}${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const end = (address, port) => (address ?? 'any') + (port ? ` port ${port}` : '');

export const source = (match) => (match ? end(match.source, match.source_port) : '–');

export const destination = (match) => (match ? end(match.destination, match.destination_port) : '–');

// Such as "table_short" of the daemon.
export const words = (name) => name.replaceAll('_', ' ');
