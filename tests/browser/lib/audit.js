// The care rules that a page alone can show, measured in the browser. Runs as one expression in
// the page and leaves `window.careAudit(rules, page)`, which returns what is wrong as a list of
// `{rule, what, where}`; an empty list is a page that passes. The numbers come from
// care.rules.json and stand nowhere here.
(() => {
  const TARGETS =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], [role=switch], [role=radio], [role=checkbox], [tabindex]:not([tabindex="-1"])';

  const describe = (element) => {
    const id = element.id ? `#${element.id}` : '';
    const name = element.className && element.className.baseVal === undefined ? `.${String(element.className).trim().replace(/\s+/g, '.')}` : '';
    const text = (element.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 24);
    return `${element.tagName.toLowerCase()}${id}${name === '.' ? '' : name} "${text}"`;
  };

  /** Seen by the eye: laid out, not hidden, not clipped away for screen readers only. */
  const visible = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') return false;
      const rect = at.getBoundingClientRect();
      const clipped = style.clipPath !== 'none' || (style.clip !== 'auto' && style.position === 'absolute');
      if (clipped && rect.width <= 2 && rect.height <= 2) return false;
    }
    const rect = element.getBoundingClientRect();
    return rect.width > 0 && rect.height > 0 && rect.right > 0 && rect.bottom + scrollY > 0;
  };

  const texts = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.trim();
      const parent = node.parentElement;
      if (!text || !parent || parent.closest('script, style, noscript, svg, template')) continue;
      if (!visible(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].filter((r) => r.width > 1 && r.height > 1);
      if (rects.length > 0) found.push({ text, parent, rects, style: getComputedStyle(parent) });
    }
    return found;
  };

  const targets = () =>
    [...document.querySelectorAll(TARGETS)].filter((e) => visible(e) && !e.disabled && !e.closest('.skip'));

  /** What is touched: a control with a label of its own is touched on the label, too. */
  const touchRect = (element) => {
    const rect = element.getBoundingClientRect();
    const label = element.matches('input[type=radio], input[type=checkbox]') ? element.closest('label') : null;
    return label ? label.getBoundingClientRect() : rect;
  };

  const channel = (value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  const parse = (color) => {
    const numbers = color.match(/[\d.]+/g);
    if (!numbers) return null;
    const [r, g, b, a = 1] = numbers.map(Number);
    return { r, g, b, a };
  };
  const luminance = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color && color.a === 1) return color;
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  };

  const isMain = (element) => !element.closest('[data-minor]');
  const isButton = (element) => element.matches('button, .button, [role=button]');

  const gap = (one, other) => {
    const dx = Math.max(0, Math.max(one.left, other.left) - Math.min(one.right, other.right));
    const dy = Math.max(0, Math.max(one.top, other.top) - Math.min(one.bottom, other.bottom));
    return Math.hypot(dx, dy);
  };

  /** Nothing cut off, nothing on top of another, nothing to scroll sideways for. */
  const whole = (rule, report, all, overflow) => {
    if (document.documentElement.scrollWidth > innerWidth + overflow) {
      report(rule, `scrolls sideways: ${document.documentElement.scrollWidth} > ${innerWidth}`, document.body);
    }
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest('svg') || !visible(element)) continue;
      const style = getComputedStyle(element);
      const cuts = /hidden|clip/.test(style.overflowX + style.overflowY);
      const cut = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
      if (cuts && cut && element.textContent.trim()) report(rule, 'text is cut off', element);
      if (style.textOverflow === 'ellipsis') report(rule, 'ellipsis', element);
      if (style.webkitLineClamp && style.webkitLineClamp !== 'none') report(rule, 'line clamp', element);
    }
    for (const { parent, rects } of all) {
      if (rects.some((r) => r.right > innerWidth + overflow || r.left < -overflow)) report(rule, 'text leaves the screen', parent);
    }
    for (let i = 0; i < all.length; i += 1) {
      for (let j = i + 1; j < all.length; j += 1) {
        if (all[i].parent.contains(all[j].parent) || all[j].parent.contains(all[i].parent)) continue;
        const hit = all[i].rects.some((a) =>
          all[j].rects.some(
            (b) =>
              Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 &&
              Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6,
          ),
        );
        if (hit) report(rule, `text lies on "${all[j].text.slice(0, 12)}"`, all[i].parent);
      }
    }
  };

  const CHECKS = {
    'CM-01'(rule, page, report) {
      const toggle = document.querySelector('[data-care-toggle]');
      if (!toggle || !visible(toggle)) return report('no switch', document.body);
      if (!Object.values(rule.label).some((label) => toggle.textContent.includes(label))) report('not labelled 长辈版', toggle);
      const rect = toggle.getBoundingClientRect();
      if (rect.top + scrollY > innerHeight) report('not in the first screen', toggle);
    },
    'CM-06'(rule, page, report) {
      for (const { parent, style } of texts()) {
        const size = parseFloat(style.fontSize);
        if (size < rule.text_px - 0.01) report(`text of ${size} px`, parent);
        if (parent.closest('h1') && size < rule.h1_px - 0.01) report(`h1 of ${size} px`, parent);
        const button = parent.closest('button, .button, [role=button]');
        if (button && size < rule.button_px - 0.01) report(`button text of ${size} px`, parent);
        const main = parent.closest('main p, main li, main dd, main dt, main label, main td') && !parent.closest('.hint, .row-note, .step, .acting, .age, .state, .line, small, [data-live], th, .note-small');
        if (main && size < rule.main_px - 0.01) report(`main text of ${size} px`, parent);
      }
    },
    'CM-07'(rule, page, report) {
      if (!page.topSize) return;
      const all = texts();
      const sizes = all.filter(({ parent }) => parent.closest('main p:not(.hint,.step,.acting,.age,.line), .row-title, main dd, main label')).map(({ style, parent }) => [parseFloat(style.fontSize), parent]);
      for (const [size, parent] of sizes) {
        if (parent.closest('.hint, .row-note, .state, [data-live], th')) continue;
        if (size < rule.top_main_px - 0.01) report(`main text of ${size} px at the top step`, parent);
      }
      whole('CM-07', (_, what, where) => report(what, where), all, 1);
    },
    'CM-08'(rule, page, report) {
      const root = document.documentElement;
      const before = texts().map(({ parent, text, style }) => [parent, text, parseFloat(style.fontSize)]);
      const kept = root.style.fontSize;
      root.style.fontSize = `${rule.zoom * 100}%`;
      for (const [parent, , size] of before) {
        const now = parseFloat(getComputedStyle(parent).fontSize);
        if (now < size * rule.grows) report(`text grows from ${size} to ${now} px only`, parent);
      }
      whole('CM-08', (_, what, where) => report(what, where), texts(), 1);
      root.style.fontSize = kept;
    },
    'CM-09'(rule, page, report) {
      for (const { parent, style, rects, text } of texts()) {
        const size = parseFloat(style.fontSize);
        const height = style.lineHeight === 'normal' ? 1.2 * size : parseFloat(style.lineHeight);
        const lines = new Set(rects.map((r) => Math.round(r.top))).size;
        if (lines > 1 && height < rule.line_height * size - 0.5) report(`line height ${(height / size).toFixed(2)}`, parent);
        if (style.textAlign === 'justify') report('justified', parent);
        const han = (text.match(/\p{Script=Han}/gu) || []).length;
        if (han > rule.han_a_line) {
          const widest = Math.max(...rects.map((r) => r.width));
          if (widest / size > rule.han_a_line + 1) report(`${Math.round(widest / size)} Han a line`, parent);
        }
      }
      for (const p of document.querySelectorAll('main p + p')) {
        const before = p.previousElementSibling;
        if (!visible(p) || !visible(before) || !p.textContent.trim() || !before.textContent.trim()) continue;
        const [a, b] = [before.getBoundingClientRect(), p.getBoundingClientRect()];
        const long = (e) => e.getClientRects().length > 0 && e.getBoundingClientRect().height > 2.2 * parseFloat(getComputedStyle(e).lineHeight);
        const em = parseFloat(getComputedStyle(p).fontSize);
        // A gap between paragraphs is asked of running text, not of a label over its value.
        if (long(before) && long(p) && b.top - a.bottom < rule.paragraph_gap_em * em - 1) {
          report(`paragraph gap ${((b.top - a.bottom) / em).toFixed(2)} em`, p);
        }
      }
    },
    'CM-10'(rule, page, report) {
      for (const { parent, style } of texts()) {
        const color = parse(style.color);
        if (!color || parent.closest('[disabled], [aria-disabled=true]')) continue;
        const ratio = contrast(color, background(parent));
        const wanted = parseFloat(style.fontSize) >= rule.large_px ? rule.large_text : rule.text;
        if (ratio < wanted - 0.01) report(`text contrast ${ratio.toFixed(2)}`, parent);
      }
      for (const icon of document.querySelectorAll('svg')) {
        if (!visible(icon)) continue;
        const style = getComputedStyle(icon);
        const paint = [style.stroke, style.fill, style.color].map((c) => (c && c !== 'none' ? parse(c) : null)).find((c) => c && c.a > 0);
        if (paint && contrast(paint, background(icon)) < rule.icon - 0.01) report(`icon contrast ${contrast(paint, background(icon)).toFixed(2)}`, icon);
      }
      for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
        if (!visible(field)) continue;
        const color = parse(getComputedStyle(field).borderTopColor);
        const width = parseFloat(getComputedStyle(field).borderTopWidth);
        if (width > 0 && color && contrast(color, background(field.parentElement)) < rule.border - 0.01) report('field border', field);
      }
    },
    'CM-12'(rule, page, report) {
      whole('CM-12', (_, what, where) => report(what, where), texts(), rule.overflow_px);
    },
    'CM-14'(rule, page, report) {
      for (const element of targets()) {
        const rect = touchRect(element);
        const least = isMain(element) ? rule.main_px : rule.other_px;
        if (rect.width < least - 0.5 || rect.height < least - 0.5) {
          report(`${Math.round(rect.width)}x${Math.round(rect.height)} px`, element);
        }
        if (element.matches('a') && getComputedStyle(element).display === 'inline') report('a link within text', element);
      }
    },
    'CM-15'(rule, page, report) {
      const all = targets().map((element) => [element, touchRect(element)]);
      for (let i = 0; i < all.length; i += 1) {
        for (let j = i + 1; j < all.length; j += 1) {
          const [[a, ra], [b, rb]] = [all[i], all[j]];
          if (a.contains(b) || b.contains(a) || (a.closest('label') && a.closest('label') === b.closest('label'))) continue;
          const danger = [a, b].some((e) => e.matches('[data-role=danger]'));
          const least = danger ? rule.danger_gap_px : isMain(a) && isMain(b) ? rule.main_gap_px : rule.other_gap_px;
          const space = gap(ra, rb);
          if (space < least - 0.5) report(`${space.toFixed(1)} px to ${describe(b)}`, a);
        }
      }
    },
    'CM-17'(rule, page, report) {
      for (const element of document.querySelectorAll('[ontouchstart], [onpointerdown], [onmousedown], [oncontextmenu], [draggable=true]')) {
        report('acts before release, or by a long press or drag', element);
      }
      for (const seen of window.careListeners || []) report(`listens to ${seen}`, document.body);
    },
    'CM-24'(rule, page, report) {
      const h1 = [...document.querySelectorAll('h1')].filter(visible);
      if (h1.length !== 1) report(`${h1.length} h1`, document.body);
      const primary = [...document.querySelectorAll('[data-role=primary]')].filter(visible);
      if (primary.length > 1) report(`${primary.length} primary actions`, primary[1]);
      const questions = [...document.querySelectorAll('fieldset, [role=radiogroup]')].filter(visible);
      if (questions.length > 1) report(`${questions.length} questions`, questions[1]);
      const choices = [...document.querySelectorAll('main ul.choices, main ol.choices, fieldset, [role=radiogroup]')].filter(visible);
      let at_once = 0;
      for (const list of choices) {
        const rows = [...list.querySelectorAll('a[href], button, input')].filter(visible);
        at_once += rows.length;
        if (page.name === 'home' && list.matches('.tasks') && rows.length > rule.home_tasks) report(`${rows.length} tasks`, list);
      }
      if (at_once > rule.choices) report(`${at_once} choices at once`, choices[0]);
    },
    'CM-25'(rule, page, report) {
      const step = document.querySelector('.step');
      if (!page.booking) return;
      const numbers = step && visible(step) ? step.textContent.match(/\d+/g) : null;
      if (!numbers || numbers.length < 2) return report('does not say which step this is', document.body);
      if (Number(numbers[1]) > rule.booking_steps) report(`${numbers[1]} steps`, step);
    },
    'CM-26'(rule, page, report) {
      const ways = targets().filter((element) => !element.matches('[data-care-toggle]'));
      if (ways.length === 0) report('a dead end', document.body);
      if (page.name === 'home') return;
      const back = document.querySelector('[data-role=back]');
      if (!back || !visible(back)) return report('no way back', document.body);
      const rect = back.getBoundingClientRect();
      if (rect.left > 40 || rect.top + scrollY > 40) report(`back is at ${Math.round(rect.left)},${Math.round(rect.top + scrollY)}`, back);
      const home = [...document.querySelectorAll('a[href="/"]')].filter(visible);
      if (home.length === 0) report('home is not one tap away', document.body);
    },
    'CM-27'(rule, page, report) {
      for (const field of document.querySelectorAll('[aria-invalid=true]')) {
        const ids = `${field.getAttribute('aria-describedby') || ''} ${field.getAttribute('aria-errormessage') || ''}`.trim().split(/\s+/);
        const said = ids.map((id) => document.getElementById(id)).filter((e) => e && visible(e) && e.matches('.error, [role=alert]') && e.textContent.trim());
        if (said.length === 0) report('wrong, and nothing says so in words', field);
      }
      for (const field of document.querySelectorAll('input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, textarea')) {
        if (visible(field) && !(field.labels && field.labels.length)) report('a field without a label', field);
      }
    },
    'CM-28'(rule, page, report) {
      for (const box of document.querySelectorAll('input[type=checkbox]')) if (box.checked) report('ticked beforehand', box);
      const focused = document.activeElement;
      if (focused && focused.matches('[data-role=primary], [data-role=danger]')) report('confirming has the focus', focused);
      const danger = document.querySelector('[data-role=danger]');
      if (!danger || !visible(danger)) return;
      const others = targets().filter((e) => e !== danger && e.closest('main') && isButton(e));
      const area = (e) => { const r = e.getBoundingClientRect(); return r.width * r.height; };
      if (others.length > 0 && !others.some((e) => area(e) >= area(danger) * (1 - rule.same_size))) {
        report('keeping is smaller than giving up', danger);
      }
    },
    'CM-29'(rule, page, report) {
      if (page.needs !== 'person') return;
      const acting = document.querySelector('.acting');
      if (!acting || !visible(acting) || !/[*＊○]|\p{Script=Han}/u.test(acting.textContent)) report('does not say for whom', document.body);
    },
    'CM-30'(rule, page, report) {
      // What is the same everywhere is compared over all pages by the caller; here: its order.
      const marks = [...document.querySelectorAll('header [data-role=back], header .brand, header [data-care-toggle], header [data-help]')].filter(visible);
      const order = marks.map((e) => (e.matches('[data-help]') ? 2 : e.matches('[data-care-toggle]') ? 1 : 0));
      if (order.some((n, i) => i > 0 && n < order[i - 1])) report('the header is in another order', marks[0]);
      if (!marks.some((e) => e.matches('[data-help]'))) report('help is not in its place', document.body);
    },
    'CM-31'(rule, page, report) {
      const calls = [...document.querySelectorAll('a[href^="tel:"]')].filter(visible);
      if (calls.length === 0) return report('no telephone', document.body);
      const large = calls.some((call) => {
        const rect = call.getBoundingClientRect();
        return rect.width >= rule.help_px - 0.5 && rect.height >= rule.help_px - 0.5;
      });
      if (!large) report('the telephone is too small', calls[0]);
    },
  };

  window.careAudit = (rules, page, only) => {
    const found = [];
    for (const [rule, check] of Object.entries(CHECKS)) {
      if (only && !only.includes(rule)) continue;
      check(rules[rule] || {}, page, (what, where) => found.push({ rule, what, where: describe(where) }));
    }
    return found;
  };
  window.careChecks = Object.keys(CHECKS);
})();
