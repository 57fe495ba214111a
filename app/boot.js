// Runs before the first frame, in every browser there is: old syntax only.
(function () {
  var root = document.documentElement;

  // Mode, size and language: the address wins (a link may carry them), then what was chosen on
  // this device (kept in two places), then what the phone speaks.
  function kept(key) {
    var value = null;
    try { value = window.localStorage.getItem(key); } catch (e) { /* refused: the cookie remains */ }
    if (!value) {
      var found = new RegExp('(?:^|; )' + key.replace('.', '\\.') + '=([^;]*)').exec(document.cookie);
      value = found && found[1];
    }
    return value || '';
  }
  function asked(name) {
    var found = new RegExp('[?&]' + name + '=([A-Za-z-]+)').exec(location.search);
    return found ? found[1] : '';
  }
  function language(wanted) {
    for (var i = 0; i < wanted.length; i++) {
      var tag = String(wanted[i]).toLowerCase();
      if (/^zh\b.*(hant|tw|hk|mo)\b/.test(tag) || /^yue\b/.test(tag)) { return 'zh-TW'; }
      if (/^zh\b/.test(tag)) { return 'zh-CN'; }
      if (/^en\b/.test(tag)) { return 'en'; }
    }
    return wanted.length ? 'en' : 'zh-CN';
  }
  var chosen = kept('banzhen.prefs').split('.');
  var mode = asked('mode') || chosen[0];
  var tag = asked('lang') || chosen[2];
  root.setAttribute('data-mode', mode === 'care' ? 'care' : 'normal');
  root.setAttribute('data-size', /^[1-4]$/.test(chosen[1]) ? chosen[1] : '1');
  root.setAttribute('lang', language(tag ? [tag] : navigator.languages || [navigator.language || 'zh-CN']));

  // Can it run the app? Modules, and two features that the compiled app uses: reference types
  // and bulk memory (Chrome 96, Safari 15.4). The bytes are the smallest modules that have them.
  var able = false;
  try {
    var head = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0];
    var references = [10, 7, 1, 5, 0, 208, 112, 26, 11];
    var bulk = [5, 3, 1, 0, 1, 10, 14, 1, 12, 0, 65, 0, 65, 0, 65, 0, 252, 10, 0, 0, 11];
    able = 'noModule' in document.createElement('script') &&
      WebAssembly.validate(new Uint8Array(head.concat(references))) &&
      WebAssembly.validate(new Uint8Array(head.concat(bulk)));
  } catch (e) { /* then it is not able */ }
  root.setAttribute('data-app', able ? 'loading' : 'failed');
})();
