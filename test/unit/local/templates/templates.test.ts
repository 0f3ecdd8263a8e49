/** Mapping templates, by what they render to. */
import fc from "fast-check";
import { renderTemplate, TemplateError, type TemplateScope } from "../../../../local/templates";

const scope: TemplateScope = {
  context: {
    connectionId: "abc=",
    routeKey: "$connect",
    authorizer: { userId: "u1", orgId: "o1" },
    identity: { sourceIp: "127.0.0.1" },
    disconnectStatusCode: null,
  },
  input: {
    body: JSON.stringify({
      action: "buy",
      n: 7,
      price: 2.5,
      ok: false,
      empty: "",
      nothing: null,
      list: [1, 2, 3],
      items: [{ id: "a" }, { id: "b" }],
      map: { k: "v", "with space": 1 },
      text: `it's "quoted"\n`,
    }),
    querystring: { stocks: "aapl,goog", both: "query" },
    header: { Auth: "h", both: "header" },
    path: {},
  },
  stageVariables: { host: "example.com" },
};
const render = (template: string, changes: Partial<TemplateScope> = {}) =>
  renderTemplate(template, { ...scope, ...changes });

function cases(title: string, table: [template: string, rendered: string][]): void {
  describe(title, () => {
    test.each(table)("%j", (template, rendered) => {
      expect(render(template)).toBe(rendered);
    });
  });
}

cases("$context and $stageVariables", [
  ["$context.connectionId", "abc="],
  ["${context.authorizer.userId}x", "u1x"],
  ["$context.authorizer['orgId']", "o1"],
  ["[$context.authorizer.absent]", "[]"],
  ["[$context.identity.absent.deeper]", "[]"],
  ["$stageVariables.host $stageVariables['host']", "example.com example.com"],
  ["$context.authorizer", "{userId=u1, orgId=o1}"],
  ["$context.disconnectStatusCode|", "|"],
]);

describe("numbers and members of a body, as they are written", () => {
  const body = '{"id":1234567890123456789,"price":1.0,"tiny":1e-7,"m":{"2":1,"1":2.50}}';
  test.each([
    ["$input.path('$.id') $input.path('$.price') $input.path('$.tiny')", "1234567890123456789 1.0 1e-7"],
    ["$input.json('$')", body],
    ["$input.json('$.m') $input.path('$.m')", '{"2":1,"1":2.50} {2=1, 1=2.50}'],
    ["#foreach($k in $input.path('$.m').keySet())$k,#end", "2,1,"],
    ["#set($n = $input.path('$.id') + 1)$n", "1234567890123456790"],
    ["#if($input.path('$.id') > 1234567890123456788)yes#end", "yes"],
    ["#if($input.path('$.price') == 1)yes#end", "yes"],
    ["$util.parseJson('{\"a\":1.10}').a", "1.10"],
  ])("%j", (template, rendered) => {
    expect(render(template, { input: { body } })).toBe(rendered);
  });
});

cases("arithmetic, as in Java", [
  ["#set($x = 10 / 4)$x", "2"],
  ["#set($x = 10 / 4.0)$x", "2.5"],
  ["#set($x = 4.0 / 2)$x", "2.0"],
  ["#set($x = 1.5 + 1.5)$x", "3.0"],
  ["#set($x = 2.50)$x", "2.5"],
  ["#set($x = 5.0 % 3)$x", "2.0"],
  ["#set($x = 10000000.0 * 10)$x", "1.0E8"],
  ["#set($x = 0.001 / 10)$x", "1.0E-4"],
  ["#set($x = 9223372036854775807 + 1)$x", "9223372036854775808"],
  ["#set($x = -7 / 2)$x", "-3"],
  ["#set($x = 7.9)$x.intValue()", "7"],
  ["#set($x = 7)$x.doubleValue()", "7.0"],
  ["#set($x = 1.0 / 0)$x", "$x"],
  ["#set($list = [1, 2, 3])$list.get(1) $list[2]", "2 3"],
]);

cases("$input", [
  ["$input.path('$.action')", "buy"],
  ["$input.path('$.list')", "[1, 2, 3]"],
  ["$input.path('$.map')", "{k=v, with space=1}"],
  ["$input.json('$.list')", "[1,2,3]"],
  ["$input.json('$.action')", '"buy"'],
  ["$input.json(\"$.map['with space']\")", "1"],
  ["$input.path('$.items[1].id')", "b"],
  ["$input.path('$.items[-1].id')", "b"],
  ["$input.json('$.items[*].id')", '["a","b"]'],
  ["$input.json('$..id')", '["a","b"]'],
  ["$input.json('$.list[1:]')", "[2,3]"],
  ["[$input.path('$.absent')]", "[]"],
  ["$input.json('$.absent')", '""'],
  ["$input.params('stocks')", "aapl,goog"],
  ["$input.params('both')", "query"],
  ["$input.params().header.Auth", "h"],
  ["$input.params().querystring.get('stocks')", "aapl,goog"],
  ["[$input.params('absent')]", "[]"],
  ["#set($b = $input.path('$'))$b.action $b.list.size() $b.items[0].id", "buy 3 a"],
]);

describe("$input of a body that is not JSON", () => {
  test.each([
    ["$input.body", "hello", "hello"],
    ["$input.json('$')", "hello", '"hello"'],
    ["$input.json('$')", "", "{}"],
    ["[$input.path('$.a')]", "", "[]"],
  ])("%s of %j", (template, body, rendered) => {
    expect(render(template, { input: { body } })).toBe(rendered);
  });
});

cases("$util", [
  ["$util.escapeJavaScript($input.path('$.text'))", 'it\\\'s \\"quoted\\"\\n'],
  ["$util.escapeJavaScript('é/')", "\\u00E9\\/"],
  ["$util.urlEncode('a b&c=é*~')", "a+b%26c%3D%C3%A9*%7E"],
  ["$util.urlDecode('a+b%26')", "a b&"],
  ["$util.base64Encode('hé')", "aMOp"],
  ["$util.base64Decode('aMOp')", "hé"],
  ['#set($p = $util.parseJson(\'{"a":[1,{"b":2}]}\'))$p.a[1].b', "2"],
]);

cases("what cannot be resolved prints as it is written, or not at all with $!", [
  ["$absent ${absent} $!absent| $absent.a.b('x', 1)", "$absent ${absent} | $absent.a.b('x', 1)"],
  ["#set($s = 'x')$s.nothing() $s.substring(5)", "$s.nothing() $s.substring(5)"],
  ["it costs $5 #1 a@b.c", "it costs $5 #1 a@b.c"],
  ["\\$context.connectionId", "$context.connectionId"],
]);

cases("#set", [
  ["#set($x = 1)$x", "1"],
  ["a #set($x = 1)\nb", "a b"],
  ["a\n  #set($x = 1)  \nb", "a\n  b"],
  ["  #set($x = 1)\n#if($x)\n  #set($x = 2)\n$x#end $x #set($x = 3)b", "2 2b"],
  ["#set($x = 1)#set($x = $absent)$x", "1"],
  ['#set($m = {"a": 1, "b": [1,2]})$m.a $m.b[1] $m', "1 2 {a=1, b=[1, 2]}"],
  ["#set($m = {})#set($m.a = 1)#set($m['b'] = 2)$m", "{a=1, b=2}"],
  ["#set($l = [1,2])#set($l[0] = 9)$l", "[9, 2]"],
  ["#set($l = [1..4])$l;#set($l = [3..1])$l", "[1, 2, 3, 4];[3, 2, 1]"],
  ["#set($n = 'x')#set($s = \"<$n>\")$s;#set($s = '<$n>')$s", "<x>;<$n>"],
  ['#set($s = "say \\"hi\\"")$s', 'say "hi"'],
  ["#set($context.connectionId = 'x')$context.connectionId", "abc="],
]);

cases("arithmetic is Java's", [
  ["#set($x = 7 / 2)$x;#set($x = -7 / 2)$x", "3;-3"],
  ["#set($x = 7.0 / 2)#set($y = 7.5 / 2)$y", "3.75"],
  ["#set($x = 7 % 4 + 2 * 3 - 1)$x", "8"],
  ["#set($x = 'a' + 1)$x", "a1"],
  ["#set($x = 'a' + $absent.b + ${c})$x", "a$absent.b${c}"],
  ["#set($x = 'a' + $context.absent)$x", "a"],
  ["#set($x = 1 / 0)$x", "$x"],
  ["#set($x = (1 + 2) * 3)$x", "9"],
]);

cases("#if", [
  ["#if($context.routeKey == '$connect')yes#else no#end", "yes"],
  [
    "#set($s = '')#if($s)true#end#set($n = 0)#if($n)true#end#if($absent)no#end#if($input.path('$.ok'))no#end",
    "truetrue",
  ],
  ["#if(1)a#end#if('b')b#end#if([1])c#end#if(('d'))d#end#if(true && 'e')e#end#if(!'f')f#end", "f"],
  ["#if(1 == '1')same#end", "same"],
  ["#if(1 > 2)a#elseif(2 >= 2)b#else c#end", "b"],
  ["#if(!$absent && (true || false))x#end", "x"],
  ["#if($absent == $alsoAbsent)x#end", "x"],
  ["#if(1 == 1)\na\n#else\nb\n#end\nc", "a\nc"],
  ["#if(1 eq 1 and not false)x#end", "x"],
]);

cases("#foreach", [
  ["#foreach($i in [1..3])$i#if($foreach.hasNext),#end#end", "1,2,3"],
  ["#foreach($i in $input.path('$.items'))$foreach.index$foreach.count$i.id#end", "01a12b"],
  ["#set($m = {'a': 1, 'b': 2})#foreach($v in $m)$v#end", "12"],
  ["#foreach($k in $input.path('$.map').keySet())[$k]#end", "[k][with space]"],
  ["#foreach($e in $input.path('$.map').entrySet())$e.key=$e.value;#end", "k=v;with space=1;"],
  ["#foreach($e in $input.path('$.map').entrySet())$e.getKey();#end", "k;with space;"],
  ["#foreach($i in [1..5])#if($i == 3)#break#end$i#end.", "12."],
  ["#foreach($a in [1,2])#foreach($b in [1,2])$a$b #end#end", "11 12 21 22 "],
  ["#foreach($i in $absent)x#end|#foreach($i in [])x#end", "|"],
  ["#set($i = 'kept')#foreach($i in [1])$i#end$i", "1kept"],
  ["#set($n = 0)#foreach($i in [1..1500])#set($n = $n + 1)#end$n", "1000"],
  ["#foreach($i in [1,2])#if($foreach.last)last#end#if($foreach.first)first #end#end", "first last"],
]);

cases("#define, #macro, #stop, #evaluate, comments and raw text", [
  ["#define($d)<$n>#end#set($n = 1)$d#set($n = 2)$d", "<1><2>"],
  ["#macro(row $a $b)[$a|$b]#end#row(1 'x')#row(2)", "[1|x][2|$b]"],
  ["a #none(1) #none() b", "a #none(1) #none() b"],
  ["#macro(wrap)<$bodyContent>#end#@wrap()in#end", "<in>"],
  ["a#stop b", "a"],
  ["a#stop() b", "a"],
  ["#set($t = '$context.routeKey')#evaluate($t)", "$connect"],
  ["a## comment\nb#* x *#c", "abc"],
  ["#[[$raw #if]]#", "$raw #if"],
  ["#parse('x')#include('y')|", "|"],
]);

cases("Java's methods", [
  ["#set($s = 'Hello')$s.length() $s.contains('ell') $s.startsWith('He') $s.endsWith('x')", "5 true true false"],
  [
    "#set($s = 'Hello')$s.equals('Hello') $s.equalsIgnoreCase('hELLO') $s.isEmpty() $s.matches('H.*o')",
    "true true false true",
  ],
  [
    "#set($s = 'a-b-c')$s.replaceAll('[-]', '+') $s.replace('-', '') $s.split('-') $s.indexOf('b')",
    "a+b+c abc [a, b, c] 2",
  ],
  ["#set($s = 'ab')$s.replaceAll('(a)', '$1$1') $s.substring(1) $s.toUpperCase() $s.charAt(0)", "aab b AB a"],
  [
    "#set($l = [1,2])#if($l.add(3))$l#end $l.contains(2) $l.get(0) $l.isEmpty() $l.remove(0)$l",
    "[1, 2, 3] true 1 false 1[2, 3]",
  ],
  [
    "#set($m = {'a': 1})$m.containsKey('a') $m.values() $m.keySet() $m.size() $!m.put('b', 2)$m.get('b')",
    "true [1] [a] 1 2",
  ],
  ["#set($n = 5)$n.equals(5) $n.toString().length() $n.compareTo(7)", "true 1 -1"],
  ["#set($l = [])#if($l.empty)empty#end", "empty"],
  ["#set($s = 'A\nb')$s.matches('A.b') $s.matches('(?s)a.b') $s.matches('(?is)a.b')", "false false true"],
  ["#set($s = 'AaA')$s.replaceAll('(?i)a', 'x') $s.replaceFirst('(?i)a', 'x')", "xxx xaA"],
  ["#set($s = 'a,b,,')$s.split(',') $s.split(',', 2) $s.split(',', -1)", "[a, b] [a, b,,] [a, b, , ]"],
  ["#set($s = ',')$s.split(',').size() $s.split('').size() $s.split('(,)', -1)", "0 1 [, ]"],
  ["#set($s = 'abcabc')$s.lastIndexOf('a') $s.lastIndexOf('a', 2) $s.compareTo('abe') $s.compareTo('ab')", "3 0 -2 4"],
  ["#set($s = 'abc')$s.charAt(3) [$s.concat('\u00a0 ').trim()]", "$s.charAt(3) [abc\u00a0]"],
  ["#set($l = [])$l.add(0, 'a')|$l.remove('b')|$l.remove('a')|$l.clear()|$l", "|false|true||[]"],
  ["#set($m = {})$m.putAll({'a': 1})|$m|$m.clear()|$m", "|{a=1}||{}"],
  ["#set($m = {})#set($m['9'] = 1)$!m.put('b', 2)$!m.put('3', 3)$!m.remove('9')$!m.put('1', 4)$m", "1{b=2, 3=3, 1=4}"],
  ["#set($m = {'a': 1})$m.entrySet() #foreach($e in $m.entrySet())$e $e.toString()#end", "[a=1] a=1 a=1"],
  ["#set($m = {'a': 1})$m.empty $m.getA()", "$m.empty $m.getA()"],
  ["#set($s = 'ab')$s.replace('', '-') $s.replace('a', '$&') $s.startsWith('b', 1)", "-a-b- $&b true"],
  ["#set($n = 5)$n.equals(5.0) #set($d = 3000000000.5)$d.intValue() $d.longValue()", "false2147483647 3000000000"],
  ["#set($Integer = 0)#set($n = $Integer.parseInt('41') + 1)$n $Integer.parseInt('x')", "42 $Integer.parseInt('x')"],
  ["#set($x = 007)$x", "7"],
  [`$none.join([1, $x, "s"], {"a": 1}, [1..3])`, `$none.join([1, $x, "s"], {"a": 1}, [1..3])`],
]);

describe("a template can reach only its data", () => {
  test.each([
    "$input.constructor",
    "$input.constructor.constructor('return process').call()",
    "$context.__proto__",
    "$context['constructor']",
    "$context.get('__proto__').x",
    "$util.escapeJavaScript.constructor",
    "#set($s = 'x')$s.constructor$s.__proto__$s['constructor']",
    "#set($l = [])$l.constructor.prototype$l.push(1)$l.map",
    "#set($n = 1)$n.toFixed(2)",
    "$input.class.forName('java.lang.Runtime')",
    "#set($m = {})$m.hasOwnProperty('a')$m.toLocaleString()",
  ])("%s", (template) => {
    expect(render(template)).not.toMatch(/function|native|\[object/i);
  });

  test.each([
    "#set($context.authorizer.userId = 'x')",
    "#set($context.__proto__.polluted = 'x')#set($m = {})#set($m.__proto__ = {'polluted': 'x'})#set($m.__proto__.polluted = 1)",
    "$context.authorizer.put('userId', 'x')$context.authorizer.remove('orgId')$stageVariables.put('host', 'x')",
    "$input.path('$').put('a', 1)",
  ])("nor change what it was given: %s", (template) => {
    const before = structuredClone(scope);
    render(template);
    expect(scope).toEqual(before);
    expect(Object.prototype).not.toHaveProperty("polluted");
  });
});

describe("a template has limits", () => {
  test.each([
    ["nested loops", "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])x#end#end#end"],
    ["a macro that calls itself", "#macro(m)#m()#end#m()"],
    ["a text that doubles by +", "#set($x = 'xxxxxxxxxxxxxxxx')#foreach($i in [1..1000])#set($x = $x + $x)#end"],
    [
      "a text that doubles inside quotes",
      "#set($x = 'xxxxxxxxxxxxxxxx')#foreach($i in [1..1000])#set($x = \"$x$x\")#end",
    ],
    [
      "a text that grows by replaceAll",
      "#set($x = 'xxxx')#foreach($i in [1..1000])#set($x = $x.replaceAll('x', 'xxxxxx'))#end",
    ],
    [
      "too much output",
      "#set($x = 'xxxxxxxxxxxxxxxx')#foreach($i in [1..18])#set($x = $x + $x)#end#foreach($i in [1..9])$x#end",
    ],
    ["a map inside of itself", "#set($m = {})#set($m.m = $m)$m"],
    ["a definition inside of itself", "#define($d)$d#end$d"],
    ["an evaluation of itself", "#set($t = '#evaluate($t)')#evaluate($t)"],
    ["a pattern that is none", "#set($x = 'x')$x.matches('(')"],
    ["unclosed blocks", "#if($x"],
    ["a JSONPath that is none", "$input.path('$.a[?(@.b)]')"],
    ["JSON that is none", "$util.parseJson('{')"],
    ["a percent sign alone", "$util.urlDecode('%')"],
    ["a template over 300 KB", "x".repeat(300 * 1024 + 1)],
  ])("%s", (_, template) => {
    expect(() => render(template)).toThrow(TemplateError);
  });

  test("any template renders or throws a TemplateError", () => {
    const word = fc.constantFrom(
      "$input",
      ".path('$",
      "')",
      "#if(",
      ")",
      "#end",
      "#set($x = ",
      "#foreach($i in [1..3])",
      "{",
      "}",
      "[",
      "]",
      '"',
      "'",
      "$x",
      "!",
      ".",
      "1",
      "#else",
      "\n",
      "#macro(",
      "$!{",
      "#[[",
      "]]#",
      "#*",
      "\\",
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 12 }).map((words) => words.join("")),
        (template) => {
          try {
            expect(typeof render(template)).toBe("string");
          } catch (error) {
            expect(error).toBeInstanceOf(TemplateError);
          }
        },
      ),
    );
  });
});
