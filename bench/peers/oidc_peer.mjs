// The peer of Limen's token endpoint: node-oidc-provider answering client_credentials with ES256
// JWT access tokens from its in-memory adapter, with one client. It exists to be measured beside
// Limen by bench/run. It keeps nothing on disk and serves no user: do not run it for anything else.
// Takes PEER_CLIENT_ID and PEER_CLIENT_SECRET; prints one line "ready PORT" once it listens.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const resource = 'urn:limen:bench';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' };

const configuration = {
  jwks: { keys: [key] },
  scopes: ['onboarding:write'],
  clients: [{
    client_id: process.env.PEER_CLIENT_ID,
    client_secret: process.env.PEER_CLIENT_SECRET,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: 'ES256',
  }],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      getResourceServerInfo: () => ({
        scope: 'onboarding:write',
        audience: resource,
        accessTokenTTL: 3600,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
};

const server = createServer();
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, configuration);
  provider.on('server_error', (_, error) => console.error(error));
  server.on('request', provider.callback());
  console.log(`ready ${port}`);
});
