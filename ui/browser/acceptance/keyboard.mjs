// A page by the keyboard alone: Tab reaches everything that can be operated, in a circle without a trap; what has the focus is seen; the first stop skips to the content.

/** Beyond so many stops a page has no end. */
const most = 800;

/** Presses Tab until the focus leaves the page, and compares what was reached with what should be. */
export async function walk(page) {
  await page.evaluate(() => {
    globalThis.visited = new Set();
    /** As a fault names it. */
    globalThis.named = (element) => `${element.tagName.toLowerCase()}${element.dataset.test ? `[${element.dataset.test}]` : ''} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 50)}"`;
    document.activeElement?.blur?.();
  });
  const faults = [];
  let stops = 0;
  for (; stops < most; stops++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(look);
    if (stop === null) break;
    if (stops === 0 && !stop.isSkip) faults.push(`the first stop is ${stop.name}, not the link to the content`);
    if (stop.isRepeated) {
      faults.push(`Tab comes back to ${stop.name}: a trap`);
      break;
    }
    if (!stop.isSeen) faults.push(`${stop.name} has the focus out of sight`);
    if (!stop.isMarked) faults.push(`nobody sees that ${stop.name} has the focus`);
    if (stop.name.endsWith('""') && !stop.isNamed) faults.push(`${stop.name} has no name`);
  }
  if (stops === most) faults.push(`no end after ${most} stops`);
  for (const name of await page.evaluate(missed)) faults.push(`${name} cannot be reached`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  if (!(await page.evaluate(() => document.activeElement?.id === 'content'))) faults.push('the link to the content does not lead there');
  return { stops, faults };
}

/** In the page: what has the focus now; `null` when it has left the page. */
function look() {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const isRepeated = globalThis.visited.has(element);
  globalThis.visited.add(element);
  const box = element.getBoundingClientRect();
  const isRing = (styled) => {
    const isOutline = (style) => style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0;
    return isOutline(getComputedStyle(styled)) || isOutline(getComputedStyle(styled, '::after')) || getComputedStyle(styled).boxShadow !== 'none';
  };
  // Its own ring, or that of a frame around it which is made for this; dots of plots have a stroke instead.
  const frame = element.closest('.pf-v6-c-form-control, .pf-v6-c-text-input-group, .monaco-editor');
  const isStroked = element instanceof SVGElement && Number.parseFloat(getComputedStyle(element).strokeWidth) > 1.5;
  return {
    name: globalThis.named(element),
    isNamed: element.getAttribute('aria-labelledby') !== null || element.labels?.length > 0 || element.title !== '',
    isSkip: element.getAttribute('href') === '#content',
    isRepeated,
    isSeen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isMarked: isRing(element) || (frame !== null && isRing(frame)) || isStroked,
  };
}

/** In the page: what can be operated by a pointer and was not reached. Of radio buttons and tabs one stop is enough. */
function missed() {
  return [...document.querySelectorAll('a[href], button, input, select, textarea, [role="button"], [role="link"], [role="checkbox"]')]
    .filter((element) => !globalThis.visited.has(element) && !element.disabled && element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((element) => element.tabIndex >= 0 && element.type !== 'radio' && element.getAttribute('role') !== 'tab' && !element.closest('[aria-hidden="true"], [inert]'))
    .map((element) => globalThis.named(element));
}
