// AJV's errors as places and codes of docs/api.md.

const CODES = {
  required: 'required',
  type: 'wrong_type',
  enum: 'not_in_list',
  const: 'not_in_list',
  pattern: 'wrong_format',
  format: 'wrong_format',
  minLength: 'too_short',
  maxLength: 'too_long',
  'x-max-characters': 'too_long',
  minItems: 'too_few',
  maxItems: 'too_many',
  minimum: 'too_small',
  exclusiveMinimum: 'too_small',
  maximum: 'too_large',
  exclusiveMaximum: 'too_large',
  additionalProperties: 'unknown_field',
};

// AJV also tells why each alternative failed; what the resident has to know is that none fits.
const inAlternative = ({ schemaPath }) => /\/(oneOf|anyOf|not|contains)\/./.test(schemaPath);

const isChoice = ({ keyword, params, schema }) =>
  (keyword === 'oneOf' || keyword === 'anyOf') && !params.passingSchemas && schema.every((s) => 'const' in s);

const codeOf = (error) => (isChoice(error) ? 'not_in_list' : (CODES[error.keyword] ?? 'invalid'));

const escape = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');

const placeOf = ({ instancePath, params }) => {
  const name = params.missingProperty ?? params.additionalProperty;
  return name === undefined ? instancePath : `${instancePath}/${escape(name)}`;
};

// JSON Forms leaves a hidden field required; here it is not asked for, and neither is what the form computes.
export const problemsOf = (errors, hidden, computed) => {
  const isOurs = (error) => error.keyword === 'required' && computed.includes(placeOf(error).slice(1));
  const told = errors.filter((error) => !inAlternative(error) && !isOurs(error));
  const problems = told.map((error) => `${placeOf(error)} ${codeOf(error)}`);
  const asked = problems.filter((problem) => !hidden.includes(problem.split(' ')[0]));
  return [...new Set(asked)].sort();
};
