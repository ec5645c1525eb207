using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Weft.Console.Access;
using Weft.Console.Dashboards;
using Weft.Console.Diagnostics;
using Weft.Console.Graph;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Console.Links;
using Weft.Console.Logs;
using Weft.Console.MeshTopology;
using Weft.Console.Metrics;
using Weft.Console.Proxies;
using Weft.Console.Status;
using Weft.Console.Traces;
using Weft.Kubernetes.Watching;

namespace Weft.Console;

/// <summary>
/// The console of one mesh, without any web: its features, over one inventory that <see cref="RunAsync"/> keeps current.
/// Safe for parallel use.
/// </summary>
public sealed class WeftConsole
{
    private readonly InventoryReflector _reflector;

    public WeftConsole(ConsoleOptions options)
    {
        Options = options;
        Diagnostics = new ConsoleDiagnostics(options.Time, options.Loggers.CreateLogger<ConsoleDiagnostics>());
        _reflector = new InventoryReflector(options);
        var rules = new HealthRules(options.Health);
        Graphs = new GraphService(
            options.Prometheus, Inventory, rules, Diagnostics, options.Time, [.. options.Settings.Extensions.Where(extension => extension.Enabled).Select(extension => extension.Name).Distinct()]);
        Pods = options.Pods ?? PodHttp.AtPodAddresses();
        Proxies = new SyncStates(Pods, Inventory, options.Time);
        Health = new HealthService(options.Prometheus, Inventory, Proxies, rules, Diagnostics, options.Time);
        Tls = new TlsStatuses(Inventory);
        Permissions = new PermissionReviews(options.Kubernetes, options.ViewOnly, options.Time);
        Metrics = new MetricsService(options.Prometheus, options.Cluster, Diagnostics, options.Time);
        Stats = new ResponseTimeStats(Metrics, options.Cluster);
        CustomDashboards = new CustomDashboardQueries(Metrics);
        Dashboards = new DashboardService(options.Prometheus, options.Time);
        Traces = new TraceService(options.Tracing, Inventory, options.Time);
        Logs = new PodLogs(options.Kubernetes);
        ControlPlanes = new ControlPlanes(Inventory, Metrics, options.Time);
        Links = [.. LinksOf(options)];
        Components = new MeshComponents(options.Prometheus, options.Tracing, Links, Inventory);
        Services = new ExternalServices(options.Kubernetes, options.Prometheus);
    }

    public ConsoleOptions Options { get; }

    /// <summary>What the console counts of its own work.</summary>
    public ConsoleDiagnostics Diagnostics { get; }

    public TimeProvider Time => Options.Time;

    /// <summary>What the cluster defines, newest first known; empty until everything has been read once.</summary>
    public SnapshotSource<MeshInventory> Inventory => _reflector.Source;

    public GraphService Graphs { get; }

    public HealthService Health { get; }

    public MeshComponents Components { get; }

    public ControlPlanes ControlPlanes { get; }

    public TlsStatuses Tls { get; }

    public PermissionReviews Permissions { get; }

    public MetricsService Metrics { get; }

    public ResponseTimeStats Stats { get; }

    public DashboardService Dashboards { get; }

    public TraceService Traces { get; }

    public CustomDashboardQueries CustomDashboards { get; }

    public ExternalServices Services { get; }

    /// <summary>The configured servers of dashboards.</summary>
    public ImmutableArray<DashboardLinks> Links { get; }

    public PodLogs Logs { get; }

    /// <summary>The way to the pages that pods serve for operators.</summary>
    public IPodHttp Pods { get; }

    public SyncStates Proxies { get; }

    /// <summary>Follows the cluster, and keeps fresh what is looked at. Call once; ends only by cancellation.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_reflector.RunAsync(cancellationToken), Graphs.RunAsync(cancellationToken), Health.RunAsync(cancellationToken));

    private static IEnumerable<DashboardLinks> LinksOf(ConsoleOptions options)
    {
        foreach (var (product, settings) in new[] { (DashboardLinks.Grafana, options.Settings.Grafana), (DashboardLinks.Perses, options.Settings.Perses) })
        {
            if (settings.Enabled)
            {
                yield return new DashboardLinks(product, settings, options.Outside ?? throw new ArgumentException($"{product} is configured without a client to ask it by", nameof(options)), options.Time);
            }
        }
    }
}
