using System.CommandLine;
using System.Net;
using Weft.ControlPlane;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;

namespace Weft.Host.Commands;

/// <summary><c>weft control-plane</c>: serves the proxies of the Kubernetes cluster that a kubeconfig names, until Ctrl-C.</summary>
internal static class ControlPlaneCommand
{
    public static Command Create()
    {
        var cluster = new ClusterAccess();
        var listen = new Option<string>("--listen") { Description = "Address of the ports over TLS and of monitoring", DefaultValueFactory = _ => "127.0.0.1", HelpName = "IP" };
        var plaintext = new Option<int>("--plaintext-port") { Description = "Discovery without TLS, on 127.0.0.1 only; 0 for none", DefaultValueFactory = _ => 15010, HelpName = "PORT" };
        var secure = new Option<int>("--tls-port") { Description = "Discovery and certificates over TLS", DefaultValueFactory = _ => 15012, HelpName = "PORT" };
        var monitoring = new Option<int>("--monitoring-port") { Description = "Version, readiness, metrics and debug pages", DefaultValueFactory = _ => 15014, HelpName = "PORT" };
        var root = new Option<string>("--root-namespace") { Description = "Istio's root namespace", DefaultValueFactory = _ => "istio-system", HelpName = "NAME" };
        var trust = new Option<string>("--trust-domain") { Description = "Trust domain of the mesh", DefaultValueFactory = _ => "cluster.local", HelpName = "DOMAIN" };
        var id = new Option<string>("--cluster-id") { Description = "Name of the cluster in the mesh", DefaultValueFactory = _ => "Kubernetes", HelpName = "NAME" };
        var names = new Option<string[]>("--server-name") { Description = "Further name or address that proxies call it by; may be given again", DefaultValueFactory = _ => [], HelpName = "NAME" };
        var command = new Command("control-plane", "Serve the proxies of a Kubernetes cluster") { listen, plaintext, secure, monitoring, root, trust, id, names };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            async () =>
            {
                var address = AddressOf(parsed.GetRequiredValue(listen));
                using var kube = new KubeClient(cluster.Resolve(parsed));
                using var loggers = HostLoggers.Create();
                await using var controlPlane = await StartAsync(
                    new ControlPlaneOptions
                    {
                        Client = kube,
                        PlaintextEndpoints = parsed.GetValue(plaintext) is var port && port > 0 ? [new IPEndPoint(IPAddress.Loopback, port)] : [],
                        SecureEndpoints = [new IPEndPoint(address, parsed.GetValue(secure))],
                        DebugEndpoints = [new IPEndPoint(address, parsed.GetValue(monitoring))],
                        RootNamespace = parsed.GetRequiredValue(root),
                        TrustDomain = parsed.GetRequiredValue(trust),
                        ClusterId = parsed.GetRequiredValue(id),
                        InstanceName = Environment.MachineName,
                        ServerNames = ["localhost", "127.0.0.1", address.ToString(), .. parsed.GetRequiredValue(names)],
                        ReviewsSecretAccess = true,
                        LoggerFactory = loggers,
                    },
                    cancellationToken);
                System.Console.WriteLine($"discovery over TLS: {controlPlane.SecureEndpoints[0]}");
                System.Console.WriteLine($"monitoring: http://{controlPlane.DebugEndpoints[0]}");
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            },
            cancellationToken));
        return command;
    }

    private static IPAddress AddressOf(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new StartException($"--listen: '{text}' is no address", ExitCodes.Usage);

    private static async Task<ControlPlane.ControlPlane> StartAsync(ControlPlaneOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await ControlPlane.ControlPlane.StartAsync(options, cancellationToken);
        }
        catch (IOException error)
        {
            throw new StartException($"a port cannot be listened on: {error.Message}", ExitCodes.Unavailable, error);
        }
    }
}
