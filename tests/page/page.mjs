// Drives the page and says of each thing that it promises whether it holds.
//   node page.mjs BROWSER PROGRAM EMULATOR FOLDER [FOLDER FOR PICTURES]

import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { Firewall, threat, traffic } from './logs.mjs';
import { Rig, token, until } from './rig.mjs';

const [browserFile, program, emulator, work, pictures] = process.argv.slice(2);
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const script = '<script>pwned=1</script><img src=x onerror=pwned=1>';
const wide = { width: 1280, height: 1000 };
const phone = { width: 390, height: 844 };

let passed = 0;
let failed = 0;

async function check(name, work_) {
  try {
    await work_();
    passed++;
    console.log(`ok   ${name}`);
  } catch (fault) {
    failed++;
    console.log(`FAIL ${name}: ${String(fault.message).split('\n').slice(0, 6).join(' ')}`);
  }
}

function expect(isSo, what) {
  if (!isSo) throw new Error(what);
}

const rig = new Rig(program, emulator, work);
let browser = null;
let firewall = null;

try {
  await rig.start();
  firewall = new Firewall(rig.syslog);
  firewall.send(
    traffic({ source: '10.9.9.9', destination: '203.0.113.77', action: 'deny', rule: `deny ${script}` }),
    threat({ source: '10.9.9.8', destination: '203.0.113.78', url: `http://x/${script}`, name: `${script}(1)` }),
    threat({ source: '10.9.9.7', destination: '203.0.113.251', url: `http://x/${script}`, name: `${script}(1)` }),
    `<14>${script}`);
  firewall.flow();
  browser = await chromium.launch({ executablePath: browserFile, args: ['--no-sandbox', '--disable-gpu'] });
  await drive();
} catch (fault) {
  failed++;
  console.log(`FAIL it came to its end: ${fault.stack}`);
} finally {
  firewall?.end();
  await browser?.close();
  rig.end();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: wide, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.requests = [];
  page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
  page.on('pageerror', (fault) => page.faults.push(fault.message));
  page.on('request', (request) => page.requests.push(request.url()));
  await page.goto(address);
  await page.waitForFunction(() => document.getElementById('health').dataset.state !== 'unknown');
  await page.waitForSelector('#table tbody tr');
  return page;
}

async function axeFinds(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

async function drive() {
  const page = await open(rig.address);
  await atAGlance(page);
  await flowsAndReasons(page);
  await withoutAMouse(page);
  await check('axe finds nothing in light, with a dialog open and without', () => clean(page, 'light'));
  await check('no request has left the host', () => {
    const others = page.requests.filter((url) => !url.startsWith(rig.address) && !url.startsWith('data:'));
    expect(page.requests.length > 20 && others.length === 0, others.slice(0, 3).join(', '));
  });
  await check('the console has no error', () => expect(page.faults.length === 0, page.faults.slice(0, 3).join(' | ')));
  await otherLooks();
  await behindAProxy();
  await changes(page);
  await withoutADaemon(page);
}

async function atAGlance(page) {
  await check('the interface describes itself', async () => {
    const { paths, components } = await rig.ask('openapi.json');
    expect(paths['/api/v1/flows/{name}'] && components.schemas.StatusReport.properties.problems, 'parts are missing');
  });
  await check('health is told', () => until(
    async () => (await page.textContent('#health')) === 'Healthy', 'Healthy is shown'));
  await check('the charts move each second', async () => {
    const lines = () => page.$$eval('#charts .line', (paths) => paths.map((line) => line.getAttribute('d')));
    await until(async () => (await lines()).filter((d) => d.length > 100).length >= 6, 'six lines are drawn');
    const begin = Date.now();
    for (let i = 0; i < 3; i++) {
      const before = (await lines()).join();
      await until(async () => (await lines()).join() !== before, 'a line has changed');
    }
    expect(Date.now() - begin < 10000, 'three changes took longer than ten seconds');
  });
  await check('where somebody points to a chart, the time and the values of then are told', async () => {
    const until_ = () => page.textContent('#charts figure .to');
    const { x, y, width, height } = await page.locator('#charts svg').first().boundingBox();
    await page.mouse.move(x + width * 0.97, y + height / 2);
    await until(async () => /^\d\d:\d\d:\d\d$/.test(await until_()), 'a time is shown');
    await page.mouse.move(0, 0);
    await until(async () => await until_() === 'now', 'now is shown again');
  });
  await check('the numbers are those of the daemon', async () => {
    await until(async () => {
      const shown = await page.textContent('#tiles .value');
      const { table } = await rig.ask('status');
      return table.entries > 20 && Math.abs(Number(shown.split(' of ')[0].replaceAll(',', '')) - table.entries) < 30;
    }, 'the entries of the table are shown');
  });
  await check('what was refused is shown with its reason', () => until(async () => {
    const text = await page.textContent('#refused tbody');
    return text.includes('malformed') && text.includes('protected') && text.includes('203.0.113.251');
  }, 'a malformed and a protected message are listed'));
  await check('rules and talkers are ranked', () => until(async () => {
    const text = await page.textContent('#top');
    return text.includes('denied-traffic') && text.includes('203.0.113.');
  }, 'a rule and a destination are listed'));
  await check('what happens is told', () => until(
    async () => (await page.$$('#events li[data-event=programmed]')).length > 3, 'events are listed'));
}

async function flowsAndReasons(page) {
  await check('a search finds a flow', async () => {
    await page.fill('#text', '10.9.9.9');
    await until(async () => (await page.$$('#table tbody tr')).length === 1, 'one row is left');
    expect((await page.textContent('#table tbody tr')).includes('203.0.113.77'), 'another flow was found');
    expect((await page.textContent('#found-said')).startsWith('1 to 1 of 1'), 'the count is not told');
  });
  await check('its reason is shown: log, rules and sender', async () => {
    await page.click('#table tbody tr button');
    await page.waitForSelector('#why pre');
    const text = await page.textContent('#why');
    for (const part of ['denied-traffic', 'deny <script>', '127.0.0.1 by tcp', 'TRAFFIC', 'assist allow 10.9.9.9',
      'programmed by rule denied-traffic'])
      expect(text.includes(part), `"${part}" is missing in: ${text.slice(0, 400)}`);
    await page.keyboard.press('Escape');
  });
  await check('script tags of a rule, a URL and a threat name are text', async () => {
    const search = async (text) => {
      await page.fill('#text', text);
      await until(async () => (await page.textContent('#found')).startsWith('1 to 1 of 1 '), `${text} is found`);
      await page.click('#table tbody tr button');
      await page.waitForSelector('#why pre');
      const shown = await page.textContent('#why .body');
      await page.keyboard.press('Escape');
      return shown;
    };
    expect((await search('10.9.9.9')).includes(`deny ${script}`), 'the rule is not shown as it came');
    await search('10.9.9.8');
    const refused = await page.textContent('#refused');
    expect(refused.includes(`http://x/${script}`), 'the URL is not shown as it came');
    expect(refused.includes(`${script}(1)`), 'the threat name is not shown as it came');
    expect(await page.evaluate(() => window.pwned === undefined), 'a script of a log ran');
    const tags = await page.evaluate(() => document.querySelectorAll('body script, body img').length);
    expect(tags === 0, 'a tag was made');
    await page.fill('#text', '');
  });
}

async function withoutAMouse(page) {
  await check('the keyboard is enough: skip, sort, open, close', async () => {
    await page.reload();
    await page.waitForSelector('#table tbody tr');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement.className === 'skip'), 'the skip link is not first');
    await page.keyboard.press('Enter');
    await page.focus('#table th[data-key=source] button');
    await page.keyboard.press('Enter');
    expect(await page.getAttribute('#table th[data-key=source]', 'aria-sort') === 'ascending', 'it is not sorted');
    await until(async () => {
      const sources = await page.$$eval('#table td.source', (cells) => cells.map((cell) => cell.textContent));
      return sources.length > 5 && sources.join() === [...sources].sort().join();
    }, 'the sources are in order');
    const button = '#table tbody tr:nth-child(3) button';
    const name = await page.getAttribute(button, 'aria-label');
    await page.focus(button);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#why .pairs');
    await page.keyboard.press('Escape');
    const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
    expect(await focused() === name, 'the focus has not come back');
    await page.waitForResponse((response) => response.url().includes('/flows?'));
    await page.waitForResponse((response) => response.url().includes('/flows?'));
    expect(await focused() === name, 'a refresh has taken the focus');
  });
  await check('what is read aloud does not chatter', async () => {
    const changed = await page.evaluate(() => new Promise((done) => {
      let count = 0;
      const observer = new MutationObserver((changes) => { count += changes.length; });
      for (const place of document.querySelectorAll('[role=status], [aria-live]'))
        observer.observe(place, { childList: true, characterData: true, subtree: true });
      setTimeout(() => done(count), 4000);
    }));
    expect(changed === 0, `${changed} changes within four seconds`);
  });
}

// A check that failed may have left one open.
function closeAll(page) {
  return page.evaluate(() => document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close()));
}

async function clean(page, name) {
  await closeAll(page);
  const found = await axeFinds(page);
  for (const button of ['#table tbody tr button', '#operate']) {
    await page.click(button);
    await page.waitForSelector(button === '#operate' ? '#unlock' : '#why .pairs');
    found.push(...await axeFinds(page));
    await page.keyboard.press('Escape');
  }
  expect(found.length === 0, found.join('; '));
  if (!pictures) return;
  await until(async () => page.$$eval('#charts .line', (lines) => lines.every((line) => line.getAttribute('d'))),
    'the charts are drawn');
  await picture(page, name);
}

// The dark one with a reason.
async function picture(page, name) {
  await page.setViewportSize(name === 'phone' ? phone : { ...wide, height: 1250 });
  await page.evaluate(() => {
    document.activeElement.blur();
    window.scrollTo(0, 0);
  });
  if (name === 'dark') {
    await page.click('#table tbody tr button');
    await page.waitForSelector('#why pre');
  }
  await page.screenshot({ path: path.join(pictures, `page-${name}.png`) });
  await closeAll(page);
}

async function otherLooks() {
  for (const [name, options] of [['dark', { colorScheme: 'dark' }], ['phone', { viewport: phone, hasTouch: true }]]) {
    const page = await open(rig.address, options);
    await check(`axe finds nothing in ${name}`, async () => {
      if (name === 'dark') {
        const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(back === 'rgb(17, 21, 27)', `the background is ${back}`);
      }
      await clean(page, name);
    });
    await check(`nothing is wider than the window in ${name}`, async () => {
      const [content, window_] = await page.evaluate(
        () => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      expect(content <= window_, `${content} of ${window_} pixels`);
    });
    await page.context().close();
  }
  await check('the theme can be chosen and is remembered', async () => {
    const page = await open(rig.address);
    await page.click('#theme');
    await page.click('#theme');
    await page.reload();
    expect(await page.textContent('#theme') === 'Theme: dark', 'it was forgotten');
    const found = await axeFinds(page);
    expect(found.length === 0, found.join('; '));
    await page.context().close();
  });
}

async function behindAProxy() {
  await check('it works below another path behind a proxy', async () => {
    const address = await rig.startProxy('/tools/assist/');
    const page = await open(address);
    await until(async () => (await page.$$('#events li')).length > 0, 'events come through');
    const outside = page.requests.filter((url) => !url.startsWith(address) && !url.startsWith('data:'));
    expect(outside.length === 0, outside.slice(0, 3).join(', '));
    expect(page.faults.length === 0, page.faults.slice(0, 3).join(' | '));
    await page.context().close();
  });
}

async function changes(page) {
  await closeAll(page);
  await check('a wrong token is told and changes nothing', async () => {
    await page.click('#operate');
    await page.fill('#token', 'ffffffffffffffffffffffffffffffff');
    await page.click('#unlock button');
    await until(async () => (await page.textContent('#outcome')).includes('not the right one'), 'it is told');
    expect(await page.isHidden('#orders'), 'orders are offered');
  });
  await check('with the token a flow is removed from its reason', async () => {
    await page.fill('#token', token);
    await page.click('#unlock button');
    await page.waitForSelector('#orders:not([hidden])');
    await page.fill('#reason', 'ticket 4711');
    await page.keyboard.press('Escape');
    await page.fill('#text', '10.9.9.9');
    await until(async () => (await page.$$('#table tbody tr')).length === 1, 'it is found');
    await page.click('#table tbody tr button');
    await page.click('#why button.danger');
    await until(async () => (await page.textContent('#why [role=status]')).startsWith('Removed: 1'), 'it is told');
    await page.keyboard.press('Escape');
    await until(async () => (await rig.ask('flows?search=10.9.9.9')).total === 0, 'the flow is gone');
    await page.fill('#text', '');
  });
  await check('panic asks first, then everything goes and the page says that it is paused', async () => {
    await page.click('#operate');
    await page.click('#panic');
    expect((await rig.ask('status')).paused === undefined, 'it did not ask');
    await page.click('#panic-now');
    await until(async () => (await page.textContent('#health')) === 'Paused', 'Paused is shown');
    await until(async () => (await rig.ask('flows')).total === 0, 'no flow is left');
    await page.click('#resume');
    await page.keyboard.press('Escape');
    await until(async () => (await page.textContent('#health')) !== 'Paused', 'it acts again');
    const audit = fs.readFileSync(path.join(work, 'audit.jsonl'), 'utf8');
    expect(audit.includes('"command":"panic","user":"http token","words":"ticket 4711"'), 'the audit does not know');
  });
}

async function withoutADaemon(page) {
  await check('a daemon that is gone is told, and its return is seen', async () => {
    await rig.stopDaemon();
    await until(async () => (await page.textContent('#health')) === 'No answer'
      && (await page.textContent('#offline')).includes('does not answer'), 'the page says so');
    await rig.startDaemon();
    await until(async () => (await page.textContent('#health')) === 'Healthy' && page.isHidden('#offline'),
      'it is back');
    await until(async () => (await page.$$('#events li[data-event=restarted]')).length > 0, 'the restart is told');
  });
}
