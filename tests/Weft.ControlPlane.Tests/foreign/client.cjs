// A service with two versions and a client that reaches them through xDS, without a sidecar.
// Prints the port that both versions listen on, at 127.0.0.1 and 127.0.0.2. Reads "<xds server> <target> [folder with certificates]", then for each
// line "<calls> [header=value]" makes these calls and prints how often each answer came, as JSON.
'use strict';
const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');

const raw = (bytes) => bytes;
const echo = { Echo: { path: '/test.Echo/Echo', requestStream: false, responseStream: false, requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw } };
const read = (folder, name) => fs.readFileSync(`${folder}/${name}`);

const credentials = process.argv[2]
  ? grpc.ServerCredentials.createSsl(read(process.argv[2], 'root.pem'), [{ private_key: read(process.argv[2], 'server-key.pem'), cert_chain: read(process.argv[2], 'server.pem') }], true)
  : grpc.ServerCredentials.createInsecure();

const serve = (version, address) => new Promise((resolve, reject) => {
  const server = new grpc.Server();
  server.addService(echo, { Echo: (call, done) => done(null, Buffer.from(version)) });
  server.bindAsync(address, credentials, (error, port) => (error ? reject(error) : resolve(port)));
});

const call = (client, metadata) => new Promise((resolve) => {
  client.makeUnaryRequest('/test.Echo/Echo', raw, raw, Buffer.from('hello'), metadata, { deadline: Date.now() + 20000 }, (error, answer) => {
    resolve(error ? `error ${error.code}: ${error.details}` : answer.toString());
  });
});

async function main() {
  const port = await serve('v1', '127.0.0.1:0');
  await serve('v2', `127.0.0.2:${port}`);
  console.log(port);
  let client = null;
  for await (const line of require('node:readline').createInterface({ input: process.stdin })) {
    if (client === null) {
      const [server, target, folder] = line.split(' ');
      process.env.GRPC_XDS_BOOTSTRAP_CONFIG = JSON.stringify({
        xds_servers: [{ server_uri: server, channel_creds: [{ type: 'insecure' }], server_features: ['xds_v3'] }],
        node: { id: 'sidecar~127.1.0.99~client.travel-portal~travel-portal.svc.cluster.local', locality: {}, metadata: { GENERATOR: 'grpc', NAMESPACE: 'travel-portal' } },
        certificate_providers: folder && {
          default: {
            plugin_name: 'file_watcher',
            config: { certificate_file: `${folder}/client.pem`, private_key_file: `${folder}/client-key.pem`, ca_certificate_file: `${folder}/root.pem`, refresh_interval: '900s' },
          },
        },
      });
      const xds = require('@grpc/grpc-js-xds');
      xds.register();
      client = new grpc.Client(target, folder ? new xds.XdsChannelCredentials(grpc.credentials.createInsecure()) : grpc.credentials.createInsecure());
      continue;
    }
    const [calls, header] = line.split(' ');
    const metadata = new grpc.Metadata();
    if (header) metadata.set(...header.split('='));
    const answers = {};
    for (let made = 0; made < Number(calls); made++) {
      const answer = await call(client, metadata);
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
    console.log(JSON.stringify(answers));
  }
  process.exit(0);
}

void main();
