// A form as JSON Forms shows it and AJV judges it, without a screen.

import {
  coreReducer,
  Actions,
  i18nReducer,
  mapStateToControlProps,
  mapStateToLayoutProps,
} from '@jsonforms/core';
import { customizeValidator } from '@rjsf/validator-ajv8';
import { createSchemaUtils, optionsList } from '@rjsf/utils';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020.js';

import { Computed } from './computed.mjs';
import { addJapanese } from './formats.mjs';
import { problemsOf } from './problems.mjs';
import { propertiesOf } from './properties.mjs';
import { titled } from './titles.mjs';
import { wordsOf } from './words.mjs';

// As `createAjv` of @jsonforms/core, which makes one for draft-07.
const newAjv = () =>
  addJapanese(addFormats(new Ajv2020({ allErrors: true, verbose: true, strict: false, addUsedSchema: false })));

const i18n = i18nReducer(undefined, Actions.updateI18n('ja', undefined, undefined));

export class Form {
  constructor({ schema, ui_schema: uischema, texts, policy }) {
    this.schema = schema;
    this.uischema = uischema;
    this.ajv = newAjv();
    this.core = coreReducer(undefined, Actions.init({}, schema, uischema, { ajv: this.ajv }));
    this.properties = propertiesOf(schema);
    this.computed = new Computed(schema, newAjv(), policy.fee_yen);
    this.controls = this.look({}).length;
    this.words = { jsonforms: 0, rjsf: 0, missing: [] };
    for (const [language, spoken] of Object.entries(marked(texts))) {
      this.hear('jsonforms', language, wordsOf(this.core, spoken));
      const withTitles = titled({ schema, ui_schema: uischema, texts: { [language]: spoken } }, language);
      this.hear('rjsf', language, titlesOf(withTitles, makeWithReactJsonSchemaForm(withTitles)));
      this.isValidWithTitles = newAjv().compile(withTitles);
    }
  }

  hear(library, language, words) {
    this.words[library] += words.length;
    const missing = words.filter(({ text }) => !text?.startsWith(MARK));
    this.words.missing.push(...missing.map(({ place, text }) => `${library} ${language} ${place}: ${text}`));
  }

  // What a resident who sees nothing hidden any more would file, and what is wrong with it.
  evaluate(answers, today) {
    let hidden = [];
    let kept = this.computed.compute(answers, hidden, today);
    for (;;) {
      const controls = this.look(kept);
      const next = this.hidden(controls);
      if (next.join() === hidden.join()) {
        if (this.isValidWithTitles(kept) !== (this.core.errors.length === 0)) throw new Error('titles change a verdict');
        const problems = problemsOf(this.core.errors, hidden, this.computed.names);
        return { kept, hidden, disabled: this.disabled(controls), problems };
      }
      hidden = next;
      kept = this.computed.compute(without(answers, hidden), hidden, today);
    }
  }

  // The controls with what JSON Forms would render them with, as the layouts of its renderer sets hand it down.
  look(data) {
    this.core = coreReducer(this.core, Actions.updateCore(data, this.schema, this.uischema, { ajv: this.ajv }));
    const core = { ...this.core, errors: [] };
    const state = { jsonforms: { core, config: {}, i18n, renderers: [], cells: [] } };
    const found = [];
    const visit = (uischema, around) => {
      const own = { uischema, schema: this.schema, path: '', enabled: around.enabled };
      const map = uischema.type === 'Control' ? mapStateToControlProps : mapStateToLayoutProps;
      const { visible, enabled } = map(state, own);
      const inside = { visible: visible && around.visible, enabled };
      if (uischema.type === 'Control') {
        const pointer = uischema.scope.slice(1).replaceAll('/properties/', '/');
        found.push({ pointer, ...inside });
      }
      uischema.elements?.forEach((element) => visit(element, inside));
    };
    visit(this.uischema, { visible: true, enabled: undefined });
    return found;
  }

  // A property is hidden when nothing visible shows it, something around it or a part of it.
  hidden(controls) {
    const visible = controls.filter((control) => control.visible);
    return this.properties.filter((property) => !visible.some(({ pointer }) => overlap(pointer, property)));
  }

  disabled(controls) {
    const visible = controls.filter((control) => control.visible);
    return this.properties.filter((property) => {
      const about = visible.filter(({ pointer }) => overlap(pointer, property));
      return about.length > 0 && about.every((control) => !control.enabled);
    });
  }
}

// So that no text made up by a library is taken for one of the form.
const MARK = '‖';
const marked = (texts) => {
  const mark = ([key, text]) => [key, MARK + text];
  const languages = Object.entries(texts);
  return Object.fromEntries(languages.map(([language, of]) => [language, Object.fromEntries(Object.entries(of).map(mark))]));
};

const within = (pointer, ancestor) => pointer === ancestor || pointer.startsWith(`${ancestor}/`);
const overlap = (one, other) => within(one, other) || within(other, one);

const without = (answers, hidden) => {
  const kept = structuredClone(answers);
  for (const pointer of hidden) {
    const names = pointer.slice(1).split('/');
    const last = names.pop();
    const holder = names.reduce((value, name) => (isObject(value) ? value[name] : undefined), kept);
    if (isObject(holder)) delete holder[last];
  }
  return kept;
};

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// It needs React to be drawn; that it can be planned and validated is seen without.
const makeWithReactJsonSchemaForm = (schema) => {
  const validator = customizeValidator({ AjvClass: Ajv2020 });
  addJapanese(validator.ajv);
  const utils = createSchemaUtils(validator, schema);
  utils.toIdSchema?.(schema);
  utils.getDefaultFormState(schema, {});
  const { errors } = validator.validateFormData({}, schema);
  const fault = errors.find((error) => error.stack && !error.name);
  if (fault) throw new Error(fault.stack);
  return utils;
};

// The titles of all fields and choices, as react-jsonschema-form finds them.
const titlesOf = (schema, utils) => {
  const found = [];
  const visit = (written, place) => {
    const field = utils.retrieveSchema(written, {});
    for (const [name, property] of Object.entries(field.properties ?? {})) {
      found.push({ place: `${place}/${name}`, text: property.title });
      visit(property, `${place}/${name}`);
    }
    if (field.items) visit(field.items, place);
    else if (utils.isSelect(field)) {
      optionsList(field).forEach(({ label }) => found.push({ place, text: label }));
    }
  };
  visit(schema, '');
  return found;
};
