using System.Globalization;
using System.Text;
using Envoy.Admin.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Clusters;
using Weft.Proxy.Subscriptions;
using Weft.Xds;

namespace Weft.Proxy.Admin;

/// <summary>The pages of Envoy's admin interface as envoy.admin.v3 messages in proto JSON, so that istioctl proxy-config reads them.</summary>
internal sealed class AdminDumps(ProxyContext proxy, AdsSubscription subscription, ProxyControls controls)
{
    private readonly DateTimeOffset _started = proxy.Time.GetUtcNow();
    private readonly JsonFormatter _formatter = new(JsonFormatter.Settings.Default
        .WithPreserveProtoFieldNames(true)
        .WithIndentation(" ")
        .WithTypeRegistry(EnvoyTypes.Registry));

    // LIVE is the state's zero value and would be left out.
    private readonly JsonFormatter _withDefaults = new(JsonFormatter.Settings.Default
        .WithPreserveProtoFieldNames(true)
        .WithFormatDefaultValues(true)
        .WithTypeRegistry(EnvoyTypes.Registry));

    public string ConfigDump(string resource, bool includeEndpoints)
    {
        var dump = new ConfigDump();
        var config = proxy.Config.Current;
        AddUnlessFiltered(dump, resource, "bootstrap", Bootstrap());
        AddUnlessFiltered(dump, resource, "dynamic_active_clusters", Clusters(config));
        if (includeEndpoints || resource.Contains("endpoint", StringComparison.Ordinal))
        {
            AddUnlessFiltered(dump, resource, "dynamic_endpoint_configs", Endpoints(config));
        }

        AddUnlessFiltered(dump, resource, "dynamic_listeners", Listeners(config));
        AddUnlessFiltered(dump, resource, "dynamic_route_configs", Routes(config));
        AddUnlessFiltered(dump, resource, "dynamic_active_secrets", Secrets());
        return _formatter.Format(dump);
    }

    public string ClustersJson()
    {
        var result = new Envoy.Admin.V3.Clusters();
        foreach (var cluster in proxy.Config.Current.Clusters.Values.OrderBy(cluster => cluster.Name, StringComparer.Ordinal))
        {
            var status = new ClusterStatus { Name = cluster.Name, AddedViaApi = true, EdsServiceName = cluster.Discovery == ClusterDiscovery.Eds ? cluster.ServiceName : "" };
            status.HostStatuses.AddRange(HostsOf(cluster).Select(Host));
            result.ClusterStatuses.Add(status);
        }

        return _formatter.Format(result);
    }

    public string ClustersText()
    {
        var text = new StringBuilder();
        foreach (var cluster in proxy.Config.Current.Clusters.Values.OrderBy(cluster => cluster.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{cluster.Name}::observability_name::{cluster.Name};\n");
            var limits = cluster.Limits ?? CircuitBreakers.Unlimited;
            foreach (var (name, limit) in ((string, uint)[])[("max_connections", limits.Connections), ("max_pending_requests", limits.Pending), ("max_requests", limits.Requests), ("max_retries", limits.Retries)])
            {
                text.Append(CultureInfo.InvariantCulture, $"{cluster.Name}::default_priority::{name}::{limit}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{cluster.Name}::added_via_api::true\n");
            foreach (var endpoint in HostsOf(cluster))
            {
                var line = $"{cluster.Name}::{endpoint.Address}";
                foreach (var (name, value) in Counts(endpoint))
                {
                    text.Append(CultureInfo.InvariantCulture, $"{line}::{name}::{value}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{line}::health_flags::{HealthFlags(endpoint)}\n{line}::weight::{endpoint.Weight}\n{line}::priority::{endpoint.Priority}\n");
            }
        }

        return text.ToString();
    }

    public string ListenersJson()
    {
        var result = new Envoy.Admin.V3.Listeners();
        foreach (var listener in proxy.Config.Current.Listeners.ByName.Values.OrderBy(listener => listener.Name, StringComparer.Ordinal))
        {
            result.ListenerStatuses.Add(new ListenerStatus { Name = listener.Name, LocalAddress = ToAddress(listener.Address) });
        }

        return _formatter.Format(result);
    }

    public string ListenersText()
    {
        var text = new StringBuilder();
        foreach (var listener in proxy.Config.Current.Listeners.ByName.Values.OrderBy(listener => listener.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{listener.Name}::{listener.Address}\n");
        }

        return text.ToString();
    }

    public string ServerInfo()
    {
        var info = new ServerInfo
        {
            Version = $"weft/{typeof(AdminDumps).Assembly.GetName().Version?.ToString(3)}/Istio-{proxy.Node.IstioVersion}",
            State = controls.Lifecycle.HealthFails ? Envoy.Admin.V3.ServerInfo.Types.State.Draining
                : controls.IsReady() ? Envoy.Admin.V3.ServerInfo.Types.State.Live
                : Envoy.Admin.V3.ServerInfo.Types.State.PreInitializing,
            UptimeCurrentEpoch = Duration.FromTimeSpan(proxy.Time.GetUtcNow() - _started),
            UptimeAllEpochs = Duration.FromTimeSpan(proxy.Time.GetUtcNow() - _started),
            Node = proxy.Node.XdsNode,
        };
        return _withDefaults.Format(info);
    }

    /// <summary>envoy.admin.v3.Memory in proto JSON (64-bit numbers are strings), as far as .NET knows it.</summary>
    public static string Memory()
    {
        var heap = GC.GetGCMemoryInfo();
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"allocated":"{{GC.GetTotalMemory(forceFullCollection: false)}}","heap_size":"{{heap.TotalCommittedBytes}}","pageheap_unmapped":"0","pageheap_free":"{{heap.FragmentedBytes}}","total_thread_cache":"0","total_physical_bytes":"{{Environment.WorkingSet}}"}""");
    }

    public string Certificates()
    {
        var result = new Certificates();
        foreach (var (_, secret) in OwnSecrets().Concat(proxy.Secrets.ServedCertificates))
        {
            var certificate = new Certificate();
            certificate.CertChain.Add(Details(secret.Leaf));
            result.Certificates_.Add(certificate);
        }

        foreach (var (_, roots) in OwnRoots().Concat(proxy.Secrets.ServedRoots))
        {
            var certificate = new Certificate();
            certificate.CaCert.AddRange(roots.Certificates.Select(Details));
            result.Certificates_.Add(certificate);
        }

        return _formatter.Format(result);
    }

    private IEnumerable<(string Name, Tls.CertificateModel Certificate)> OwnSecrets() =>
        proxy.Secrets.Current is { } current ? [(Tls.SecretNames.Certificate, current.Certificate)] : [];

    private IEnumerable<(string Name, Tls.TrustedRoots Roots)> OwnRoots() =>
        proxy.Secrets.Current is { } current ? [(Tls.SecretNames.Roots, current.Roots)] : [];

    private static void AddUnlessFiltered(ConfigDump dump, string resource, string section, IMessage message)
    {
        if (resource.Length == 0 || resource == section)
        {
            dump.Configs.Add(Any.Pack(message));
        }
    }

    private BootstrapConfigDump Bootstrap() => new()
    {
        Bootstrap = new Envoy.Config.Bootstrap.V3.Bootstrap { Node = proxy.Node.XdsNode },
        LastUpdated = Timestamp.FromDateTimeOffset(_started),
    };

    private ClustersConfigDump Clusters(ProxyConfig config)
    {
        var status = StatusOf(TypeUrls.Cluster);
        var dump = new ClustersConfigDump { VersionInfo = status.Version };
        dump.DynamicActiveClusters.AddRange(config.Clusters.Values.OrderBy(cluster => cluster.Name, StringComparer.Ordinal).Select(cluster =>
            new ClustersConfigDump.Types.DynamicCluster { VersionInfo = status.Version, Cluster = Any.Pack(cluster.Config), LastUpdated = Updated(status) }));
        return dump;
    }

    private EndpointsConfigDump Endpoints(ProxyConfig config)
    {
        var status = StatusOf(TypeUrls.Endpoint);
        var dump = new EndpointsConfigDump();
        foreach (var cluster in config.Clusters.Values.Where(cluster => cluster.Discovery == ClusterDiscovery.Eds).OrderBy(cluster => cluster.Name, StringComparer.Ordinal))
        {
            var assignment = new Envoy.Config.Endpoint.V3.ClusterLoadAssignment { ClusterName = cluster.ServiceName };
            var locality = new Envoy.Config.Endpoint.V3.LocalityLbEndpoints();
            locality.LbEndpoints.AddRange(cluster.Endpoints.Select(endpoint => endpoint.Config).OfType<Envoy.Config.Endpoint.V3.LbEndpoint>());
            assignment.Endpoints.Add(locality);
            dump.DynamicEndpointConfigs.Add(new EndpointsConfigDump.Types.DynamicEndpointConfig { VersionInfo = status.Version, EndpointConfig = Any.Pack(assignment), LastUpdated = Updated(status) });
        }

        return dump;
    }

    private ListenersConfigDump Listeners(ProxyConfig config)
    {
        var status = StatusOf(TypeUrls.Listener);
        var dump = new ListenersConfigDump { VersionInfo = status.Version };
        dump.DynamicListeners.AddRange(config.Listeners.ByName.Values.OrderBy(listener => listener.Name, StringComparer.Ordinal).Select(listener =>
            new ListenersConfigDump.Types.DynamicListener
            {
                Name = listener.Name,
                ActiveState = new ListenersConfigDump.Types.DynamicListenerState { VersionInfo = status.Version, Listener = Any.Pack(listener.Config), LastUpdated = Updated(status) },
            }));
        return dump;
    }

    /// <summary>Those that a listener refers to: others are kept only for connections of listeners that have gone.</summary>
    private RoutesConfigDump Routes(ProxyConfig config)
    {
        var status = StatusOf(TypeUrls.Route);
        var referred = config.Listeners.ByName.Values.SelectMany(listener => listener.RouteNames).ToHashSet(StringComparer.Ordinal);
        var dump = new RoutesConfigDump();
        dump.DynamicRouteConfigs.AddRange(config.Routes.Values.Where(route => referred.Contains(route.Name)).OrderBy(route => route.Name, StringComparer.Ordinal).Select(route =>
            new RoutesConfigDump.Types.DynamicRouteConfig { VersionInfo = status.Version, RouteConfig = Any.Pack(route.Config), LastUpdated = Updated(status) }));
        return dump;
    }

    // Envoy shows certificates and hides keys.
    private SecretsConfigDump Secrets()
    {
        var dump = new SecretsConfigDump();
        foreach (var (name, secret) in OwnSecrets().Concat(proxy.Secrets.ServedCertificates))
        {
            dump.DynamicActiveSecrets.Add(Secret(name, Timestamp.FromDateTime(secret.Leaf.NotBefore.ToUniversalTime()), new Envoy.Extensions.TransportSockets.Tls.V3.Secret
            {
                Name = name,
                TlsCertificate = new Envoy.Extensions.TransportSockets.Tls.V3.TlsCertificate
                {
                    CertificateChain = new DataSource { InlineBytes = ByteString.CopyFromUtf8(secret.ChainPem) },
                    PrivateKey = new DataSource { InlineBytes = ByteString.CopyFromUtf8("[redacted]") },
                },
            }));
        }

        foreach (var (name, roots) in OwnRoots().Concat(proxy.Secrets.ServedRoots))
        {
            dump.DynamicActiveSecrets.Add(Secret(name, Timestamp.FromDateTime(roots.Certificates[0].NotBefore.ToUniversalTime()), new Envoy.Extensions.TransportSockets.Tls.V3.Secret
            {
                Name = name,
                ValidationContext = new Envoy.Extensions.TransportSockets.Tls.V3.CertificateValidationContext
                {
                    TrustedCa = new DataSource { InlineBytes = ByteString.CopyFromUtf8(roots.Pem) },
                },
            }));
        }

        return dump;
    }

    private static SecretsConfigDump.Types.DynamicSecret Secret(string name, Timestamp updated, Envoy.Extensions.TransportSockets.Tls.V3.Secret secret) =>
        new() { Name = name, VersionInfo = "uninitialized", LastUpdated = updated, Secret = Any.Pack(secret) };

    private SubscriptionStatus StatusOf(string typeUrl) => subscription.Status.First(status => status.TypeUrl == typeUrl);

    private static Timestamp? Updated(SubscriptionStatus status) => status.Updated is { } time ? Timestamp.FromDateTimeOffset(time) : null;

    private static IEnumerable<EndpointModel> HostsOf(ClusterModel cluster) =>
        cluster.Discovery == ClusterDiscovery.OriginalDestination ? cluster.State.Destinations : cluster.Endpoints;

    /// <summary>Envoy shows an endpoint of which nothing bad is known as healthy, and one whose health timed out as unhealthy.</summary>
    private static HealthStatus Health(HealthStatus? told) => told switch
    {
        null or HealthStatus.Unknown => HealthStatus.Healthy,
        HealthStatus.Timeout => HealthStatus.Unhealthy,
        { } other => other,
    };

    private static HostStatus Host(EndpointModel endpoint)
    {
        var status = new HostStatus
        {
            Address = ToAddress(endpoint.Address),
            HealthStatus = new HostHealthStatus { EdsHealthStatus = Health(endpoint.Config?.HealthStatus), FailedOutlierCheck = endpoint.State.IsEjected },
            Weight = endpoint.Weight,
            Priority = endpoint.Priority,
            Hostname = endpoint.Config?.Endpoint?.Hostname ?? "",
            Locality = new Locality { Region = endpoint.Locality.Region, Zone = endpoint.Locality.Zone, SubZone = endpoint.Locality.SubZone },
        };
        status.Stats.AddRange(Counts(endpoint).Select(count => new SimpleMetric
        {
            Name = count.Name,
            Value = (ulong)Math.Max(0, count.Value),
            Type = count.Name.EndsWith("active", StringComparison.Ordinal) ? SimpleMetric.Types.Type.Gauge : SimpleMetric.Types.Type.Counter,
        }));
        return status;
    }

    private static string HealthFlags(EndpointModel endpoint)
    {
        var flags = (endpoint.State.IsEjected ? "/failed_outlier_check" : "") + (endpoint.IsHealthy ? "" : "/failed_eds_health");
        return flags.Length > 0 ? flags : "healthy";
    }

    private static IEnumerable<(string Name, long Value)> Counts(EndpointModel endpoint) =>
    [
        ("cx_connect_fail", endpoint.State.ConnectFailures.Value),
        ("cx_total", endpoint.State.Connections.Value),
        ("rq_active", endpoint.State.Active),
        ("rq_error", endpoint.State.RequestErrors.Value),
        ("rq_success", endpoint.State.RequestSuccesses.Value),
        ("rq_total", endpoint.State.Requests.Value),
    ];

    private static Address ToAddress(System.Net.IPEndPoint endpoint) =>
        new() { SocketAddress = new SocketAddress { Address = endpoint.Address.ToString(), PortValue = (uint)endpoint.Port } };

    private static CertificateDetails Details(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        var details = new CertificateDetails
        {
            Path = "<inline>",
            SerialNumber = certificate.SerialNumber.ToLowerInvariant(),
            ValidFrom = Timestamp.FromDateTime(certificate.NotBefore.ToUniversalTime()),
            ExpirationTime = Timestamp.FromDateTime(certificate.NotAfter.ToUniversalTime()),
        };
        details.SubjectAltNames.AddRange(Tls.SubjectAltNames.Of(certificate).Uris.Select(uri => new Envoy.Admin.V3.SubjectAlternateName { Uri = uri }));
        return details;
    }
}
