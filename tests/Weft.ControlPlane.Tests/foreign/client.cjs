// Starts a gRPC backend on loopback, prints its port, waits for a line "<xds server> <target>", and calls the target through xDS.
'use strict';
const grpc = require('@grpc/grpc-js');

const raw = (bytes) => bytes;
const echo = { Echo: { path: '/test.Echo/Echo', requestStream: false, responseStream: false, requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw } };

const backend = new grpc.Server();
backend.addService(echo, { Echo: (call, done) => done(null, Buffer.from(`echo ${call.request}`)) });
backend.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});

require('node:readline').createInterface({ input: process.stdin }).once('line', (line) => {
  const [server, target] = line.split(' ');
  process.env.GRPC_XDS_BOOTSTRAP_CONFIG = JSON.stringify({
    xds_servers: [{ server_uri: server, channel_creds: [{ type: 'insecure' }], server_features: ['xds_v3'] }],
    node: { id: 'sidecar~127.1.0.99~client.travel-portal~travel-portal.svc.cluster.local', locality: {}, metadata: { GENERATOR: 'grpc', NAMESPACE: 'travel-portal' } },
  });
  require('@grpc/grpc-js-xds').register();
  const client = new grpc.Client(target, grpc.credentials.createInsecure());
  client.makeUnaryRequest('/test.Echo/Echo', raw, raw, Buffer.from('hello'), new grpc.Metadata(), { deadline: Date.now() + 20000 }, (error, answer) => {
    console.log(error ? `error ${error.code} ${error.details}` : answer.toString());
    process.exit(error ? 1 : 0);
  });
});
