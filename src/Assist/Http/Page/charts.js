// Pictures of the last ten minutes, drawn anew with each sample.

import { clock, el, say } from './text.js';

const width = 600;
const height = 120;

// In seconds; the shortest that holds all samples.
const windows = [60, 120, 300, 600];

// Whoever listens to the page is not told each second.
const spokenEvery = 15000;

function drawn(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// 1, 2 or 5 and zeros.
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((step) => step * power >= value);
}

export class Chart {
  // series: { name, of: sample => value or null, kind, area }; words: value => text; least: of the scale.
  constructor({ title, series, words, least = 1 }) {
    this.series = series;
    this.words = words;
    this.least = least;
    this.spokenAt = 0;
    this.picture = drawn('svg', {
      viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': title,
    });
    for (const part of [1, 2, 3])
      this.picture.append(drawn('path', { class: 'grid', d: `M0 ${height * part / 4}H${width}` }));
    this.lines = series.map(({ kind, area }) => {
      const fill = area ? drawn('path', { class: `area ${kind}` }) : null;
      const line = drawn('path', { class: `line ${kind}` });
      this.picture.append(...(fill ? [fill, line] : [line]));
      return { fill, line };
    });
    this.cursor = drawn('path', { class: 'cursor' });
    this.picture.append(this.cursor);
    this.top = el('span', { class: 'top' });
    this.values = series.map(({ name, kind }) => {
      const value = el('b');
      const swatch = el('span', { class: `swatch ${kind}`, 'aria-hidden': 'true' });
      return { value, entry: el('li', {}, swatch, `${name} `, value) };
    });
    this.title = title;
    this.from = el('span', { class: 'from', 'aria-hidden': 'true' });
    this.until = el('span', { class: 'to', 'aria-hidden': 'true' });
    const plot = el('div', { class: 'plot' }, this.picture, this.top, this.from, this.until);
    // Where somebody points, the legend tells what was then.
    this.pointed = null;
    plot.addEventListener('pointermove', (event) => {
      const { left, width: wide } = this.picture.getBoundingClientRect();
      this.pointed = Math.min(1, Math.max(0, (event.clientX - left) / wide)) * width;
      this.tell();
    });
    plot.addEventListener('pointerleave', () => {
      this.pointed = null;
      this.tell();
    });
    const legend = el('ul', { class: 'legend' }, ...this.values.map(({ entry }) => entry));
    this.element = el('figure', { class: 'chart' },
      el('figcaption', {}, el('h3', {}, title), legend),
      plot);
  }

  draw(samples) {
    if (samples.length === 0) return;
    const most = Math.max(this.least,
      ...samples.flatMap((sample) => this.series.map(({ of }) => of(sample) ?? 0)));
    const scale = roundUp(most);
    say(this.top, this.words(scale));
    const last = samples.at(-1).number;
    const shown = windows.find((window) => window >= samples.length) ?? windows.at(-1);
    say(this.from, shown === 60 ? '1 minute ago' : `${shown / 60} minutes ago`);
    this.placed = samples.map((sample) => ({
      x: width - (last - sample.number) * width / (shown - 1), sample,
    })).filter(({ x }) => x >= 0);
    this.series.forEach(({ of }, index) => {
      const points = this.placed.map(({ x, sample }) => ({ x, value: of(sample) }));
      const { fill, line } = this.lines[index];
      line.setAttribute('d', this.pathOf(points, scale));
      fill?.setAttribute('d', this.areaOf(points, scale));
    });
    this.tell();
    this.speak(samples);
  }

  // The values of now, or of the time that somebody points to.
  tell() {
    const placed = this.placed ?? [];
    const at = this.pointed === null ? null
      : placed.reduce((best, each) => (Math.abs(each.x - this.pointed) < Math.abs(best.x - this.pointed) ? each : best),
        placed[0] ?? { x: width, sample: null });
    say(this.until, at?.sample ? clock(at.sample.time) : 'now');
    this.cursor.setAttribute('d', at?.sample ? `M${at.x.toFixed(1)} 0V${height}` : '');
    this.series.forEach(({ of }, index) => {
      const value = at?.sample ? of(at.sample)
        : placed.map(({ sample }) => of(sample)).findLast((known) => known !== null);
      say(this.values[index].value, this.words(value));
    });
  }

  // Where nothing was measured there is no line; a lone value is a dot.
  pathOf(points, scale) {
    let path = '';
    let isDrawing = false;
    for (const { x, value } of points) {
      if (value === null) {
        isDrawing = false;
        continue;
      }
      const y = this.heightOf(value, scale);
      path += isDrawing ? `L${x.toFixed(1)} ${y}` : `M${x.toFixed(1)} ${y}h0.1`;
      isDrawing = true;
    }
    return path;
  }

  areaOf(points, scale) {
    const known = points.filter(({ value }) => value !== null);
    if (known.length === 0) return '';
    const line = known.map(({ x, value }) => `${x.toFixed(1)} ${this.heightOf(value, scale)}`).join('L');
    return `M${known[0].x.toFixed(1)} ${height}L${line}L${known.at(-1).x.toFixed(1)} ${height}Z`;
  }

  heightOf(value, scale) {
    return (height - Math.min(1, value / scale) * (height - 2) - 1).toFixed(1);
  }

  speak(samples) {
    const now = Date.now();
    if (now - this.spokenAt < spokenEvery) return;
    this.spokenAt = now;
    const parts = this.series.map(({ name, of }) => {
      const known = samples.map(of).filter((value) => value !== null);
      return known.length === 0 ? `${name}: nothing yet`
        : `${name}: ${this.words(known.at(-1))} now, ${this.words(Math.max(...known))} at most`;
    });
    this.picture.setAttribute('aria-label', `${this.title}, ${this.from.textContent} until now. ${parts.join('; ')}`);
  }
}
