using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Istio.V1.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Weft.Xds;
using Weft.Xds.Grpc;

namespace Weft.Proxy.Mesh;

/// <summary>An ADS server and certificate service over plaintext HTTP/2 that says what a test tells it to.</summary>
public sealed class TestControlPlane : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, NodeConfig> _nodes = new();
    private readonly X509Certificate2 _root;
    private readonly ECDsa _rootKey;
    private readonly X509Certificate2 _intermediate;
    private readonly ECDsa _intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _signatures;

    private TestControlPlane(WebApplication app)
    {
        _app = app;
        _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (begin, end) = (DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(200));
        _root = Authority("O=cluster.local", _rootKey).CreateSelfSigned(begin, end);
        _intermediate = Authority("O=cluster.local, CN=intermediate", _intermediateKey).Create(_root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), begin, end, [1]);
    }

    public Uri Address => new(_app.Urls.First());

    public ConcurrentQueue<DiscoveryRequest> Requests { get; } = new();

    /// <summary>How long certificates stay valid from now on; they begin two minutes ago.</summary>
    public TimeSpan CertificateLife { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Whether an authority between the root and the workloads signs.</summary>
    public bool HasIntermediate { get; set; }

    /// <summary>How many certificates were signed.</summary>
    public int Signatures => Volatile.Read(ref _signatures);

    public static async Task<TestControlPlane> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var plane = new TestControlPlane(app);
        app.MapPost("/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources", plane.StreamAsync);
        app.MapPost("/istio.v1.auth.IstioCertificateService/CreateCertificate", plane.SignAsync);
        await app.StartAsync();
        return plane;
    }

    /// <summary>Sets what a node gets; connected ones get it at once.</summary>
    public void Set(string nodeId, ResourceSet resources) => _nodes.GetOrAdd(nodeId, _ => new NodeConfig()).Set(resources);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(true));
        await _app.DisposeAsync();
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        var first = await GrpcFraming.ReadAsync(context.Request.BodyReader, DiscoveryRequest.Parser, 1 << 24, context.RequestAborted);
        var node = _nodes.GetOrAdd(first!.Node.Id, _ => new NodeConfig());
        using var session = new Session(node, context);
        var pushes = session.PushAsync();
        try
        {
            for (var request = first; request is not null; request = await GrpcFraming.ReadAsync(context.Request.BodyReader, DiscoveryRequest.Parser, 1 << 24, context.RequestAborted))
            {
                Requests.Enqueue(request);
                await session.HandleAsync(request);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The proxy went away.
        }

        await pushes;
    }

    private async Task SignAsync(HttpContext context)
    {
        Interlocked.Increment(ref _signatures);
        var request = await GrpcFraming.ReadAsync(context.Request.BodyReader, IstioCertificateRequest.Parser, 1 << 20, context.RequestAborted);
        var csr = CertificateRequest.LoadSigningRequestPem(request!.Csr, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        csr.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        csr.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var now = TimeProvider.System.GetUtcNow();
        var (issuer, key) = HasIntermediate ? (_intermediate, _intermediateKey) : (_root, _rootKey);
        using var leaf = csr.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now.AddMinutes(-2), now + CertificateLife, RandomNumberGenerator.GetBytes(16));
        var response = new IstioCertificateResponse();
        response.CertChain.Add(leaf.ExportCertificatePem() + "\n");
        if (HasIntermediate)
        {
            response.CertChain.Add(_intermediate.ExportCertificatePem() + "\n");
        }

        response.CertChain.Add(_root.ExportCertificatePem() + "\n");
        context.Response.ContentType = "application/grpc";
        await GrpcFraming.WriteAsync(context.Response.BodyWriter, response, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static CertificateRequest Authority(string name, ECDsa key) => new(name, key, HashAlgorithmName.SHA256)
    {
        CertificateExtensions = { new X509BasicConstraintsExtension(true, false, 0, true), new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true) },
    };

    private sealed class NodeConfig
    {
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ResourceSet Current { get; private set; } = new();

        public int Version { get; private set; }

        public Task Changed => _changed.Task;

        public void Set(ResourceSet resources)
        {
            Current = resources;
            Version++;
            Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    private sealed class Session(NodeConfig node, HttpContext context) : IDisposable
    {
        private readonly SemaphoreSlim _writing = new(1, 1);
        private readonly ConcurrentDictionary<string, string[]> _wanted = new();
        private int _nonce;

        public void Dispose() => _writing.Dispose();

        public async Task HandleAsync(DiscoveryRequest request)
        {
            var names = request.ResourceNames.ToArray();
            var isNew = !_wanted.TryGetValue(request.TypeUrl, out var old) || !old.SequenceEqual(names);
            _wanted[request.TypeUrl] = names;
            if (isNew)
            {
                await SendAsync(request.TypeUrl);
            }
        }

        public async Task PushAsync()
        {
            try
            {
                while (true)
                {
                    await node.Changed.WaitAsync(context.RequestAborted);
                    foreach (var type in _wanted.Keys)
                    {
                        await SendAsync(type);
                    }
                }
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // The proxy went away.
            }
        }

        private async Task SendAsync(string typeUrl)
        {
            // A node without configuration hears nothing yet.
            if (node.Version == 0)
            {
                return;
            }

            var response = new DiscoveryResponse { TypeUrl = typeUrl, VersionInfo = $"v{node.Version}", Nonce = $"n{Interlocked.Increment(ref _nonce)}" };
            response.Resources.AddRange(node.Current.Of(typeUrl, _wanted[typeUrl]));
            if (response.Resources.Count == 0 && typeUrl is TypeUrls.Route or TypeUrls.Endpoint)
            {
                return;
            }

            await _writing.WaitAsync(context.RequestAborted);
            await GrpcFraming.WriteAsync(context.Response.BodyWriter, response, context.RequestAborted);
            _writing.Release();
        }
    }
}

/// <summary>The resources of one node.</summary>
public sealed class ResourceSet
{
    public Dictionary<string, Dictionary<string, IMessage>> ByType { get; } = [];

    public void Add(string typeUrl, string name, IMessage resource)
    {
        if (!ByType.TryGetValue(typeUrl, out var resources))
        {
            ByType[typeUrl] = resources = [];
        }

        resources[name] = resource;
    }

    public IEnumerable<Any> Of(string typeUrl, string[] names) =>
        ByType.TryGetValue(typeUrl, out var resources)
            ? resources.Where(entry => names.Length == 0 || names.Contains(entry.Key)).Select(entry => Any.Pack(entry.Value, "type.googleapis.com"))
            : [];
}
