// What a browser makes of forms: one line of JSON in, one line out, until stdin closes.
//
//   {"definition": {schema, ui_schema, texts, policy}}  →  {"controls": n, "words": {"jsonforms": n, "rjsf": n, "missing": […]}},
//                                           and the following answers are to this form
//   {"answers": [{…}, …], "today": "…"}  →  [{"kept", "hidden", "disabled", "problems"}, …]

import readline from 'node:readline';

import { Form } from './form.mjs';

let form;

const respond = (request) => {
  if (request.definition) {
    form = new Form(request.definition);
    return { controls: form.controls, words: form.words };
  }
  return request.answers.map((answers) => form.evaluate(answers, request.today));
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = respond(JSON.parse(line));
  } catch (error) {
    answer = { failed: String(error.stack) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
