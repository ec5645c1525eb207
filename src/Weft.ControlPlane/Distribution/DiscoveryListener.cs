using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Certificates;
using Weft.ControlPlane.Grpc;
using Weft.Xds.Grpc;

namespace Weft.ControlPlane.Distribution;

/// <summary>The gRPC ports of the control plane on Kestrel.</summary>
internal sealed class DiscoveryListener(AdsServer discovery, CertificateService certificates, CallerAuthenticator authenticator, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Discovery only; callers are not authenticated.</summary>
    public Task<(WebApplication Server, ImmutableArray<IPEndPoint> Endpoints)> StartPlaintextAsync(
        ImmutableArray<IPEndPoint> endpoints, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var methods = new Dictionary<string, RequestDelegate>
        {
            [AdsServer.Method] = GrpcEndpoint.Of(call => discovery.ServeAsync(call, null), time, stopping),
            [AdsServer.DeltaMethod] = GrpcEndpoint.Of(call => discovery.ServeDeltaAsync(call, null), time, stopping),
        };
        return StartAsync(endpoints, methods, static _ => { }, cancellationToken);
    }

    /// <summary>Discovery and certificates; a caller proves itself by a client certificate or a token.</summary>
    public Task<(WebApplication Server, ImmutableArray<IPEndPoint> Endpoints)> StartSecureAsync(
        ImmutableArray<IPEndPoint> endpoints, X509Certificate2 certificate, CertificateAuthority authority, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var methods = new Dictionary<string, RequestDelegate>
        {
            [AdsServer.Method] = GrpcEndpoint.Of(async call => await discovery.ServeAsync(call, await RequireCallerAsync(call)), time, stopping),
            [AdsServer.DeltaMethod] = GrpcEndpoint.Of(async call => await discovery.ServeDeltaAsync(call, await RequireCallerAsync(call)), time, stopping),
            [CertificateService.Method] = GrpcEndpoint.Of(async call => await certificates.CreateCertificateAsync(call, await CallerOfAsync(call)), time, stopping),
        };
        return StartAsync(endpoints, methods, listen => listen.UseHttps(https => Secure(https, certificate, authority)), cancellationToken);
    }

    private async Task<CallerIdentity> RequireCallerAsync(GrpcCall call) =>
        await CallerOfAsync(call) ?? throw new GrpcStatusException(GrpcStatusCode.Unauthenticated, "authentication failure");

    private Task<CallerIdentity?> CallerOfAsync(GrpcCall call) => authenticator.AuthenticateAsync(call.Http, call.CancellationToken);

    private void Secure(HttpsConnectionAdapterOptions https, X509Certificate2 certificate, CertificateAuthority authority)
    {
        https.ServerCertificate = certificate;
        https.ServerCertificateChain = authority.Chain;
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (presented, _, _) => ClientCertificateVerifier.IsTrusted(presented, authority.Roots, authority.Chain, time.GetUtcNow());
    }

    private async Task<(WebApplication Server, ImmutableArray<IPEndPoint> Endpoints)> StartAsync(
        ImmutableArray<IPEndPoint> endpoints, Dictionary<string, RequestDelegate> methods, Action<ListenOptions> configure, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            // Streams live as long as their proxies and are silent for hours.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.AddServerHeader = false;
            foreach (var endpoint in endpoints)
            {
                kestrel.Listen(endpoint, listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    configure(listen);
                });
            }
        });
        var server = builder.Build();
        server.Run(http => methods.TryGetValue(http.Request.Path, out var method) ? method(http) : GrpcEndpoint.Unimplemented(http));
        await server.StartAsync(cancellationToken);
        return (server, BoundEndpoints.Of(server));
    }
}

/// <summary>The addresses a server really listens on, port 0 resolved.</summary>
internal static class BoundEndpoints
{
    public static ImmutableArray<IPEndPoint> Of(WebApplication server) =>
    [
        .. server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses // Kestrel always has it
            .Select(address => new Uri(address))
            .Select(address => new IPEndPoint(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port)),
    ];
}
