/** Mapping templates that Velocity 1.7 accepts and rejects. */
import { readTemplate } from "../../../aws/template";

test.each([
  ["text", "no directive, $100 and #1"],
  ["a JSON body", '{"id": "$context.connectionId", "body": $input.json(\'$\')}'],
  ["nested blocks", "#foreach($i in $input.path('$.l'))#if($foreach.hasNext)$i,#{else}$i#end#end"],
  ["a comment at the end", "$input.body ## as it came"],
  ["directives in braces", "#{if}($context.stage)x#{else}y#{end}"],
  ["unparsed text", "#[[ #if( ]]#"],
  ["an empty template", ""],
])("accepts %s", (_, text) => {
  expect(readTemplate(text)).toEqual(expect.any(Array));
});

test.each([
  ["#if without #end", "a\n#if($x)\nb", { mistake: "`#if` has no `#end`", line: 2 }],
  [
    "the outer of two blocks without #end",
    "#foreach($i in $l)\n#if($i)\n#end",
    { mistake: "`#foreach` has no `#end`", line: 1 },
  ],
  ["an #end too many", "#if($x)\n#end\n#end", { mistake: "`#end` closes no block", line: 3 }],
  ["#else without #if", "x\n#else\ny", { mistake: "`#else` is in no `#if`", line: 2 }],
  ["an assignment without a value", "\n\n#set($x = )", { mistake: "unexpected `)`", line: 3 }],
  ["a reference that is not closed", "${context.stage", { mistake: "unexpected end of the template", line: 1 }],
])("rejects %s", (_, text, mistake) => {
  expect(readTemplate(text)).toEqual(mistake);
});
