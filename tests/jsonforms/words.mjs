// Everything that JSON Forms would write on the screen, in one language.

import {
  Actions,
  Generate,
  findUISchema,
  i18nReducer,
  isEnumSchema,
  isOneOfEnumSchema,
  mapStateToControlProps,
  mapStateToEnumControlProps,
  mapStateToLabelProps,
  mapStateToLayoutProps,
  mapStateToMultiEnumControlProps,
  mapStateToOneOfEnumControlProps,
} from '@jsonforms/core';

import { resolve } from './properties.mjs';

// Each as {place, text}; the text of a label or choice for which JSON Forms has to make one up is no text of the form.
export const wordsOf = ({ schema: root, uischema: whole, ...core }, texts) => {
  const translate = (key, fallback) => (Object.hasOwn(texts, key) ? texts[key] : fallback);
  const i18n = i18nReducer(undefined, Actions.updateI18n('any', translate, undefined));
  const state = { jsonforms: { core: { ...core, schema: root, uischema: whole }, config: {}, i18n, renderers: [], cells: [] } };
  const found = [];

  const visit = (uischema, schema, path) => {
    const own = { uischema, schema, path };
    const place = uischema.scope ?? uischema.i18n ?? uischema.type;
    const say = (text) => found.push({ place: `${path} ${place}`, text });
    if (uischema.type === 'Label') return say(mapStateToLabelProps(state, own).text);
    if (uischema.type !== 'Control') {
      const { label } = mapStateToLayoutProps(state, own);
      if (label !== undefined || ['Category', 'Group'].includes(uischema.type)) say(label);
      return uischema.elements.forEach((element) => visit(element, schema, path));
    }
    const control = mapStateToControlProps(state, own);
    say(control.label);
    if (control.description !== undefined) say(control.description);
    choicesOf(state, own, control.schema).forEach(({ label }) => say(label));
    const inside = insideOf(root, control);
    if (inside) visit(detailOf(root, uischema, inside, control.path), inside.schema, inside.path);
  };

  visit(whole, root, '');
  return found;
};

const choicesOf = (state, own, schema) => {
  if (schema.type === 'boolean') return [];
  if (schema.type === 'array') return mapStateToMultiEnumControlProps(state, own).options ?? [];
  if (isOneOfEnumSchema(schema)) return mapStateToOneOfEnumControlProps(state, own).options;
  return isEnumSchema(schema) ? mapStateToEnumControlProps(state, own).options : [];
};

// The schema of what an object or list holds, and where an item's answers would be.
const insideOf = (root, { schema, path }) => {
  if (schema.properties) return { schema, path };
  const items = schema.items?.$ref ? resolve(root, schema.items.$ref) : schema.items;
  return items?.properties && { schema: items, path: `${path}.0` };
};

const detailOf = (root, control, { schema }, path) => {
  const made = () => Generate.uiSchema(schema, 'VerticalLayout', undefined, root);
  return findUISchema([], schema, control.scope, path, made, control, root);
};
