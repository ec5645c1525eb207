using System.CommandLine;
using System.Net;
using Weft.Api.Access;
using Weft.Console.Settings;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;

namespace Weft.Host.Commands;

/// <summary><c>weft console</c>: the console alone, of the mesh in a Kubernetes cluster, until Ctrl-C. It writes no object.</summary>
internal static class ConsoleCommand
{
    public static Command Create()
    {
        var cluster = new ClusterAccess();
        var prometheus = new Option<string?>("--prometheus") { Description = "Prometheus: a URL, or a Service as NAME.NAMESPACE:PORT[/PATH]; without it prometheus.<Istio's namespace>:9090", HelpName = "ADDRESS" };
        var jaeger = new Option<string?>("--jaeger") { Description = "Jaeger's query API: a URL or a Service, as above", HelpName = "ADDRESS" };
        var tempo = new Option<string?>("--tempo") { Description = "Tempo, instead of Jaeger: a URL or a Service", HelpName = "ADDRESS" };
        var pages = new Option<Uri?>("--tracing-url") { Description = "Where a browser finds the tracing backend's own pages", HelpName = "URL" };
        var istio = new Option<string>("--istio-namespace", "-i") { Description = "Namespace of the control plane", DefaultValueFactory = _ => "istio-system", HelpName = "NAME" };
        var name = new Option<string?>("--cluster-name") { Description = "The cluster's name in Istio's metrics; without it what istiod is told (CLUSTER_ID)", HelpName = "NAME" };
        var port = new Option<int?>("--port") { Description = "Port of the console; 20001", HelpName = "PORT" };
        var listen = new Option<string?>("--listen") { Description = "Address of the console; 127.0.0.1", HelpName = "IP" };
        var metrics = new Option<int?>("--metrics-port") { Description = "Port of the console's own metrics, at /metrics; without it they are not served", HelpName = "PORT" };
        var auth = new Option<string?>("--auth") { Description = "anonymous, token (of Kubernetes, by a form) or header (a token that a proxy in front sends); without it anonymous on a loopback address, else token", HelpName = "STRATEGY" };
        var config = new Option<string?>("--config") { Description = "A configuration file of Kiali's (YAML): links to Grafana and Perses, defaults of pages, tolerances of health and what else the console follows; options here count more", HelpName = "FILE" };
        auth.AcceptOnlyFromAmong([.. AccessStrategies.Names]);
        var command = new Command("console", "Show the mesh of a Kubernetes cluster") { prometheus, jaeger, tempo, pages, istio, name, port, listen, metrics, auth, config };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            () =>
            {
                var settings = ConsoleConfigFile.Read("--config", parsed.GetValue(config));
                var address = AddressOf(Given(parsed.GetValue(listen), settings.Server.Address) ?? "127.0.0.1");
                var here = parsed.GetValue(cluster.KubeconfigFile) is null ? InCluster.Options() : null;
                var tracing = TracingOf(parsed.GetValue(jaeger), parsed.GetValue(tempo), settings.Tracing, isInCluster: here is not null);
                var options = new ClusterConsoleOptions
                {
                    Cluster = here ?? cluster.Resolve(parsed),
                    IsInCluster = here is not null,
                    Prometheus = BackendAddress.Parse("--prometheus", Given(parsed.GetValue(prometheus), settings.Prometheus?.AbsoluteUri) ?? $"prometheus.{parsed.GetValue(istio)}:9090"),
                    Tracing = tracing.Address,
                    TracingProvider = tracing.Provider,
                    TracingPages = parsed.GetValue(pages) ?? settings.Tracing.ExternalUrl,
                    IstioNamespace = parsed.GetRequiredValue(istio),
                    ClusterName = parsed.GetValue(name) ?? settings.ClusterName,
                    Listen = new IPEndPoint(address, parsed.GetValue(port) ?? settings.Server.Port ?? 20001),
                    Metrics = parsed.GetValue(metrics) is { } metricsPort ? new IPEndPoint(address, metricsPort) : null,
                    Access = AccessOf(parsed.GetValue(auth) ?? settings.AuthStrategy ?? (IPAddress.IsLoopback(address) ? "anonymous" : "token")),
                    // What stands in the cluster's own addresses is out of reach from elsewhere.
                    Settings = here is not null ? settings : settings with { Grafana = settings.Grafana with { InternalUrl = null }, Perses = settings.Perses with { InternalUrl = null } },
                };
                return RunAsync(options, cancellationToken);
            },
            cancellationToken));
        return command;
    }

    private static async Task RunAsync(ClusterConsoleOptions options, CancellationToken cancellationToken)
    {
        using var loggers = HostLoggers.Create();
        await using var console = await ClusterConsole.StartAsync(options, loggers, cancellationToken);
        System.Console.WriteLine($"cluster: {options.Cluster.Server}");
        System.Console.WriteLine($"ready: http://{options.Listen}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    private static IPAddress AddressOf(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new StartException($"--listen: '{text}' is no address", ExitCodes.Usage);

    private static string? Given(string? option, string? configured) => option ?? (string.IsNullOrEmpty(configured) ? null : configured);

    private static AccessStrategy AccessOf(string strategy) => AccessStrategies.Names.Contains(strategy)
        ? AccessStrategies.Parse(strategy)
        : throw new StartException($"auth.strategy: '{strategy}' is not one of {string.Join(", ", AccessStrategies.Names)}; choose one by --auth", ExitCodes.Usage);

    private static (BackendAddress? Address, string Provider) TracingOf(string? jaeger, string? tempo, TracingSettings configured, bool isInCluster) => (jaeger, tempo) switch
    {
        (not null, not null) => throw new StartException("--jaeger and --tempo: name one of them", ExitCodes.Usage),
        (not null, _) => (BackendAddress.Parse("--jaeger", jaeger), "jaeger"),
        (_, not null) => (BackendAddress.Parse("--tempo", tempo), "tempo"),
        // As Kiali outside of its cluster.
        _ when configured.Enabled && (isInCluster ? configured.InternalUrl : configured.ExternalUrl ?? configured.InternalUrl) is { } url => (BackendAddress.Parse("external_services.tracing", url.AbsoluteUri), configured.Provider),
        _ => (null, "jaeger"),
    };
}
