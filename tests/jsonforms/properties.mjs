// The properties of a schema outside lists, as JSON Pointers.

export const propertiesOf = (root) => {
  const found = [];
  const visit = (schema, at) => {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      found.push(`${at}/${name}`);
      visit(property, `${at}/${name}`);
    }
    if (schema.$ref) visit(resolve(root, schema.$ref), at);
  };
  visit(root, '');
  return found;
};

// What a reference leads to.
export const resolve = (root, reference) =>
  reference
    .slice(2)
    .split('/')
    .reduce((schema, name) => schema[name], root);
