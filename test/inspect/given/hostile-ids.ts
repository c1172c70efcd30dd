/** Ids that a payload can bring, and that a careless page would run, turn round or drown in. */
export const hostileIds: ReadonlyArray<string> = [
  '<img src=x onerror="document.title=\'run\'">',
  '"><script>document.title="run"</script>',
  "'onmouseover='document.title=1",
  '</script><script>document.title="run"</script>',
  '<!--<script>',
  ']]>&lt;&amp;',
  'javascript:document.title=1',
  'user_\u202eecarg\u202c_\u2066x',
  'a\u0000b\u001f\u007f\ufeff\ufffe\uffff',
  '\ud800lone',
  'x'.repeat(65_536),
  '\u202e'.repeat(65_536),
]
