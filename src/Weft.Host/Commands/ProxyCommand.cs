using System.CommandLine;
using Weft.Host.Composition;
using Weft.Proxy;

namespace Weft.Host.Commands;

/// <summary><c>weft proxy sidecar|router</c>: one sidecar or gateway as a process of its own, told by environment and flags as pilot-agent is, until Ctrl-C.</summary>
internal static class ProxyCommand
{
    public static Command Create()
    {
        var role = new Argument<string>("role") { Description = "sidecar or router (a gateway)", DefaultValueFactory = _ => "sidecar", Arity = ArgumentArity.ZeroOrOne };
        role.AcceptOnlyFromAmong("sidecar", "router");
        var discovery = new Option<string?>("--discovery") { Description = "Discovery address: HOST:PORT or https://... for TLS, http://... without; else discoveryAddress of PROXY_CONFIG", HelpName = "ADDRESS" };
        var authority = new Option<string?>("--ca") { Description = "Address of the certificate service; else CA_ADDR, else the discovery address when it is TLS; 'none' for no certificates", HelpName = "ADDRESS" };
        var roots = new Option<string?>("--root-cert") { Description = "Roots that the control plane is trusted by (PEM)", HelpName = "FILE" };
        var token = new Option<string?>("--token") { Description = "File of the service account's token (audience istio-ca)", HelpName = "FILE" };
        var application = new Option<string?>("--app-ip") { Description = "Where the application listens (default 127.0.0.1)", HelpName = "IP" };
        var domain = new Option<string?>("--domain") { Description = "DNS domain of the node's id (default NAMESPACE.svc.cluster.local)", HelpName = "DOMAIN" };
        var ignored = new Option<string?>[] { new("--proxyLogLevel"), new("--proxyComponentLogLevel"), new("--log_output_level"), new("--serviceCluster"), new("--concurrency") };
        var command = new Command("proxy", "Run one sidecar or gateway against a control plane") { role, discovery, authority, roots, token, application, domain };
        foreach (var option in ignored)
        {
            // Flags that Istio's template passes to pilot-agent.
            option.Hidden = true;
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            async () =>
            {
                using var loggers = HostLoggers.Create();
                var bootstrap = StandaloneProxy.Bootstrap(
                    new StandaloneProxyOptions
                    {
                        Role = parsed.GetValue(role) ?? "sidecar",
                        Discovery = parsed.GetValue(discovery),
                        Authority = parsed.GetValue(authority),
                        RootCertificate = parsed.GetValue(roots),
                        Token = parsed.GetValue(token),
                        ApplicationAddress = parsed.GetValue(application),
                        Domain = parsed.GetValue(domain),
                        Environment = StandaloneProxy.ProcessEnvironment(),
                    },
                    System.Console.WriteLine,
                    loggers);
                await using var proxy = await StartAsync(bootstrap, cancellationToken);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            },
            cancellationToken));
        return command;
    }

    private static async Task<SidecarProxy> StartAsync(Weft.Proxy.Bootstrap.ProxyBootstrap bootstrap, CancellationToken cancellationToken)
    {
        try
        {
            return await SidecarProxy.StartAsync(bootstrap, cancellationToken);
        }
        catch (IOException error)
        {
            throw new StartException($"a port cannot be listened on: {error.Message}", ExitCodes.Unavailable, error);
        }
    }
}
