using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Security;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer;

/// <summary>A running API server. Disposing it stops serving, ends watches, and closes the state files.</summary>
public sealed class ApiServerHost : IAsyncDisposable
{
    internal const string DatabaseFile = "objects.db";
    private const int LongestHead = 1024 * 1024;
    private readonly WebApplication _application;
    private readonly ObjectStore _store;
    private readonly StatePki _pki;
    private readonly CancellationTokenSource _stopping;
    private readonly Task _controllers;

    private ApiServerHost(WebApplication application, ObjectStore store, StatePki pki, CancellationTokenSource stopping, Task controllers, Uri address, string kubeconfig)
    {
        _application = application;
        _store = store;
        _pki = pki;
        _stopping = stopping;
        _controllers = controllers;
        Address = address;
        KubeconfigPath = kubeconfig;
    }

    /// <summary>`https://127.0.0.1:port`.</summary>
    public Uri Address { get; }

    /// <summary>File with the administrator's kubeconfig (mode 0600).</summary>
    public string KubeconfigPath { get; }

    /// <summary>The certificate authority of this server: signs its own certificate and those of its clients.</summary>
    public X509Certificate2 Authority => _pki.Authority;

    /// <summary>The administrator's client certificate, with its key.</summary>
    public X509Certificate2 AdminCertificate => _pki.Admin;

    /// <summary>
    /// Opens the state folder and serves. Throws <see cref="StateDamagedException"/> when a state file cannot be read, IOException when the port is taken.
    /// </summary>
    public static async Task<ApiServerHost> StartAsync(ApiServerOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.StateFolder);
        var pki = StatePki.Open(Path.Combine(options.StateFolder, "pki"), options.TimeProvider);
        ObjectStore? store = null;
        var stopping = new CancellationTokenSource();
        try
        {
            store = ObjectStore.Open(Path.Combine(options.StateFolder, DatabaseFile), options.LoggerFactory.CreateLogger<ObjectStore>());
            return await ServeAsync(options, pki, store, stopping, cancellationToken);
        }
        catch
        {
            await stopping.CancelAsync();
            if (store is not null) await store.DisposeAsync();
            pki.Dispose();
            stopping.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
        await _controllers;
        await _store.DisposeAsync();
        _pki.Dispose();
        _stopping.Dispose();
    }

    private static async Task<ApiServerHost> ServeAsync(ApiServerOptions options, StatePki pki, ObjectStore store, CancellationTokenSource stopping, CancellationToken cancellationToken)
    {
        var parts = ServerParts.Compose(options, pki, store, stopping.Token);
        var application = Build(options, pki, parts.Handler);
        try
        {
            await application.StartAsync(cancellationToken);
            var address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            await parts.BootstrapAsync(address.Port, cancellationToken);
            var kubeconfig = Path.Combine(options.StateFolder, "kubeconfig");
            KubeconfigFile.Write(kubeconfig, address, pki);
            return new ApiServerHost(application, store, pki, stopping, parts.RunControllersAsync(stopping.Token), address, kubeconfig);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    private static WebApplication Build(ApiServerOptions options, StatePki pki, ApiRequestHandler handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            // Who watches or follows a log reads as fast as he likes.
            kestrel.Limits.MinResponseDataRate = null;
            // Selectors of many values are long; as much as Go's server takes.
            kestrel.Limits.MaxRequestBufferSize = LongestHead;
            kestrel.Limits.MaxRequestLineSize = LongestHead;
            kestrel.Limits.MaxRequestHeadersTotalSize = LongestHead;
            kestrel.Listen(options.Listen, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = pki.Server;
                    // kube-apiserver's time for a request's head, which in Go's server the handshake has too.
                    https.HandshakeTimeout = TimeSpan.FromSeconds(32);
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.ClientCertificateValidation = (certificate, _, _) => IsOurs(certificate, pki.Authority);
                });
            });
        });
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(handler.HandleAsync);
        return application;
    }

    private static bool IsOurs(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
