// `x-computed` of docs/forms.md, with the JsonLogic of npm json-logic-js.

import jsonLogic from 'json-logic-js';

const utc = (day) => {
  const date = new Date(`${day}T00:00:00Z`);
  return typeof day === 'string' && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(date.getTime()) ? date : undefined;
};

const ofDays = (operation) => (one, other) => {
  const [from, to] = [utc(one), utc(other)];
  return from && to ? operation(from, to) : null;
};

const DAY = 86_400_000;

const monthsBetween = (from, to) => {
  if (to < from) return -monthsBetween(to, from);
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  return to.getUTCDate() < from.getUTCDate() ? months - 1 : months;
};

const ageOn = (born, on) => {
  const birthdayIsAhead =
    on.getUTCMonth() < born.getUTCMonth() ||
    (on.getUTCMonth() === born.getUTCMonth() && on.getUTCDate() < born.getUTCDate());
  return Math.max(0, on.getUTCFullYear() - born.getUTCFullYear() - (birthdayIsAhead ? 1 : 0));
};

jsonLogic.add_operation('age_on', ofDays(ageOn));
jsonLogic.add_operation('age_attained_by', ofDays((born, on) => ageOn(born, new Date(on.getTime() + DAY))));
jsonLogic.add_operation('days_between', ofDays((from, to) => (to - from) / DAY));
jsonLogic.add_operation('months_between', ofDays(monthsBetween));
jsonLogic.add_operation('total', (items) =>
  items.filter((item) => typeof item === 'number').reduce((sum, item) => sum + item, 0),
);
jsonLogic.add_operation('round_down', (number) => (typeof number === 'number' ? Math.floor(number) : null));

// What an expression reads of the answers; inside `map` and the like, `var` means something else.
const readings = (expression) => {
  if (Array.isArray(expression)) return expression.flatMap(readings);
  if (typeof expression !== 'object' || expression === null) return [];
  const [[name, operands]] = Object.entries(expression);
  if (name === 'var') {
    const [path, fallback] = [operands].flat();
    return ['$today', '$fee_yen'].includes(path) ? [] : [{ path, optional: fallback !== undefined }];
  }
  if (['map', 'filter', 'all', 'some', 'none'].includes(name)) return readings(operands[0]);
  if (name === 'reduce') return [operands[0], operands[2]].flatMap(readings);
  return readings(operands);
};

const resolve = (root, schema) =>
  schema.$ref ? resolve(root, root.$defs[schema.$ref.slice('#/$defs/'.length)]) : schema;

const at = (answers, path) =>
  path.split('.').reduce((value, name) => (Object.hasOwn(value ?? {}, name) ? value[name] : undefined), answers);

export class Computed {
  constructor(root, ajv, fee) {
    this.fee = fee;
    const part = (path) =>
      path.split('.').reduce((schema, name) => resolve(root, schema).properties[name], root);
    this.all = Object.entries(root.properties)
      .filter(([, property]) => 'x-computed' in property)
      .map(([name, property]) => ({
        name,
        expression: property['x-computed'],
        inputs: readings(property['x-computed']).map(({ path, optional }) => {
          const validate = ajv.compile({ ...part(path), $defs: root.$defs ?? {} });
          return { path, optional, validate };
        }),
      }));
    this.names = this.all.map(({ name }) => name);
  }

  // Once for each value: the last of a chain has all it reads by then.
  compute(answers, hidden, today) {
    const known = structuredClone(answers);
    for (const name of this.names) delete known[name];
    for (const _ of this.names) {
      for (const { name, expression, inputs } of this.all) {
        if (hidden.includes(`/${name}`)) continue;
        const usable = inputs.every(({ path, optional, validate }) => {
          const answer = at(known, path);
          return answer === undefined ? optional : validate(answer);
        });
        const value = usable ? toAnswer(jsonLogic.apply(expression, { ...known, $today: today, $fee_yen: this.fee })) : undefined;
        if (value === undefined) delete known[name];
        else known[name] = value;
      }
    }
    return known;
  }
}

const toAnswer = (value) => {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value)) ? value : undefined;
  }
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
};
