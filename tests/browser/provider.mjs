// Real OpenID Connect providers (npm's oidc-provider) on loopback, one for each algorithm of signatures, and somebody who
// signs in there. Says in one line of JSON where they are, and ends when its input ends.
// Usage: node provider.mjs CLIENT SECRET ADDRESS-TO-COME-BACK-TO, with {} for the word of the provider.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [client, secret, back] = process.argv.slice(2);
const RSA = ['rsa', { modulusLength: 2048 }];
const ALGORITHMS = {
  rs256: ['RS256', RSA, 'client_secret_basic'],
  ps256: ['PS256', RSA, 'client_secret_post'],
  es256: ['ES256', ['ec', { namedCurve: 'P-256' }], 'client_secret_basic'],
  eddsa: ['EdDSA', ['ed25519', {}], 'client_secret_post'],
};

const listening = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));

async function provider(word, [algorithm, kind, method]) {
  const server = createServer();
  const issuer = `http://127.0.0.1:${await listening(server)}`;
  const key = { ...generateKeyPairSync(...kind).privateKey.export({ format: 'jwk' }), use: 'sig', alg: algorithm, kid: word };
  const made = new Provider(issuer, {
    clients: [{
      client_id: client,
      client_secret: secret,
      redirect_uris: [back.replace('{}', word)],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: algorithm,
      token_endpoint_auth_method: method,
    }],
    jwks: { keys: [key] },
    enabledJWA: { idTokenSigningAlgValues: [algorithm] },
    clientAuthMethods: [method],
    cookies: { keys: ['of no use'] },
    pkce: { required: () => true },
    claims: { openid: ['sub', 'amr', 'acr', 'auth_time'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    async loadExistingGrant(ctx) {
      const { oidc } = ctx;
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  // Whoever comes says who they are, and is believed.
  made.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const login = { accountId: ctx.get('x-sign-in-as'), amr: ctx.get('x-shown').split(' ') };
    ctx.respond = false;
    return made.interactionFinished(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false });
  });
  server.on('request', made.callback());
  return { word, issuer };
}

// Follows where a sign-in leads, as a browser that keeps cookies does, until it leads back.
async function signIn(address, who, shown) {
  const jar = new Map();
  let at = address;
  for (let hops = 0; hops < 10; hops += 1) {
    if (at.startsWith(back.split('/sign-in/')[0])) return at;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie, 'x-sign-in-as': who, 'x-shown': shown } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      if (value) jar.set(name, value); else jar.delete(name);
    }
    if (!answer.headers.has('location')) throw new Error(`${answer.status} at ${at}: ${await answer.text()}`);
    at = new URL(answer.headers.get('location'), at).href;
  }
  throw new Error(`too many hops: ${at}`);
}

const providers = await Promise.all(Object.entries(ALGORITHMS).map(([word, how]) => provider(word, how)));
const somebody = createServer((request, response) => {
  const asked = new URL(request.url, 'http://localhost').searchParams;
  signIn(asked.get('to'), asked.get('as'), asked.get('shown')).then(
    (leads) => response.end(leads),
    (error) => { response.statusCode = 500; response.end(String(error)); },
  );
});
console.log(JSON.stringify({ somebody: await listening(somebody), providers }));
process.stdin.on('end', () => process.exit()).resume();
