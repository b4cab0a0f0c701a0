// An independent OpenID Connect provider (npm oidc-provider) in the manner of デジタル認証アプリ, for one test.
// Reads its settings as the first line of standard input and answers its issuer as a line. Of the lines that
// follow, "rotate" lets its next tokens be signed by a new key, published beside the old one, "lose keys" makes
// its published keys unreachable, and "later 60" moves its clock on by so many seconds. Ends with its input.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import Provider from 'oidc-provider';

// Its notices are not answers.
console.info = console.error;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { clients, people } = JSON.parse((await lines.next()).value);
const keys = [];
let answer;
let keysAreLost = false;
let later = 0;

const realNow = Date.now;
Date.now = () => realNow() + later * 1000;

function addSigningKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  keys.unshift({ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' });
}

function configuration() {
  return {
    acrValues: ['aal3', 'crl'],
    claims: { openid: ['sub'], name: ['name'], address: ['address'], birthdate: ['birthdate'], gender: ['gender'] },
    // The tests move the portal's clock.
    clockTolerance: 15,
    clientAuthMethods: ['private_key_jwt'],
    clients: clients.map((client) => ({
      ...client,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
      subject_type: 'pairwise',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
    })),
    enabledJWA: { clientAuthSigningAlgValues: ['ES256'], idTokenSigningAlgValues: ['ES256'] },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, ...people[accountId] }) }),
    jwks: { keys },
    pairwiseIdentifier: (_, accountId, { clientId }) => `pairwise-${clientId}-${accountId}`,
    pkce: { required: () => true },
    responseTypes: ['code'],
    subjectTypes: ['pairwise'],
  };
}

function open(issuer) {
  addSigningKey();
  const provider = new Provider(issuer, configuration());
  const finish = provider.interactionFinished.bind(provider);
  // The development pages ask for a name; a card would be read here.
  provider.interactionFinished = (request, response, { login, ...rest }, options) =>
    finish(request, response, login ? { login: { ...login, acr: 'aal3' }, ...rest } : rest, options);
  answer = provider.callback();
}

const server = createServer((request, response) => {
  if (keysAreLost && request.url.startsWith('/jwks')) {
    response.writeHead(503).end();
  } else {
    answer(request, response);
  }
});
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  open(issuer);
  console.log(issuer);
  obey(issuer);
});

async function obey(issuer) {
  for await (const line of lines) {
    if (line === 'rotate') {
      open(issuer);
    } else if (line === 'lose keys') {
      keysAreLost = true;
    } else if (line.startsWith('later ')) {
      later += Number(line.slice('later '.length));
    }
    console.log('done');
  }
  process.exit(0);
}
