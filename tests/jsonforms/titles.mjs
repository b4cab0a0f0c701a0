// A form for react-jsonschema-form, which looks for words in the schema: title, description, and oneOf for choices.

import { resolve } from './properties.mjs';

export const titled = ({ schema: root, ui_schema, texts }, language) => {
  const words = texts[language];
  const i18n = i18nOf(ui_schema);

  // `at` is where the answer stands, without the numbers of list items.
  const withWords = (property, at) => {
    const schema = inside(property, at);
    const key = i18n.get(at) ?? referred(root, property).i18n ?? at.slice(1).replaceAll('/', '.');
    const title = words[`${key}.label`];
    const description = words[`${key}.description`];
    return { ...choosing(schema, key), title, ...(description === undefined ? {} : { description }) };
  };

  const inside = (written, at) => {
    const schema = { ...referred(root, written), ...written };
    delete schema.$ref;
    if (schema.properties) {
      const properties = Object.entries(schema.properties);
      const made = properties.map(([name, property]) => [name, withWords(property, `${at}/${name}`)]);
      schema.properties = Object.fromEntries(made);
    }
    if (schema.items) schema.items = inside(schema.items, at);
    return schema;
  };

  const choosing = (schema, key) => {
    if (schema.type === 'boolean') return schema;
    if (schema.type === 'array') return { ...schema, items: choosing(schema.items, key) };
    const { enum: values, const: only, ...others } = schema;
    const plain = values ?? (only === undefined ? undefined : [only]);
    const choices = plain?.map((value) => ({ const: value })) ?? schema.oneOf;
    if (!choices?.every((choice) => 'const' in choice)) return schema;
    const title = ({ const: value, i18n: own }) =>
      words[own ?? `${key}.${typeof value === 'string' ? value : JSON.stringify(value)}`];
    return { ...others, oneOf: choices.map((choice) => ({ ...choice, title: title(choice) })) };
  };

  const { $defs, ...made } = inside(root, '');
  return made;
};

const referred = (root, schema) => (schema.$ref ? referred(root, resolve(root, schema.$ref)) : schema);

// The `i18n` of controls, by the answers they are for.
const i18nOf = (uischema) => {
  const found = new Map();
  const visit = (element, around) => {
    const at = element.scope && around + element.scope.slice(1).replaceAll('/properties/', '/');
    if (at && element.i18n) found.set(at, element.i18n);
    element.elements?.forEach((inner) => visit(inner, around));
    if (element.options?.detail) visit(element.options.detail, at);
  };
  visit(uischema, '');
  return found;
};
