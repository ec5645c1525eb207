using System.Collections.Immutable;
using Weft.Observability.Traces;

namespace Weft.Console.Traces;

/// <summary>The tracing backend of the mesh: what Kiali's <c>external_services.tracing</c> says.</summary>
public sealed record TracingOptions
{
    /// <summary>Stays the caller's, as all clients of the console.</summary>
    public required ITraceSource Source { get; init; }

    /// <summary>Where <see cref="Source"/> asks.</summary>
    public required Uri InternalUrl { get; init; }

    /// <summary>Where a browser finds the backend's own pages; none when null.</summary>
    public Uri? ExternalUrl { get; init; }

    /// <summary>Services report as <c>app.namespace</c>, as Istio's sidecars do by default; else as <c>app</c>.</summary>
    public bool NamespaceSelector { get; init; } = true;

    /// <summary>Tags that every search has beside its own: of one of several meshes that report to one backend.</summary>
    public ImmutableArray<KeyValuePair<string, string>> QueryScope { get; init; } = [];

    /// <summary>Services of the control plane's namespace that are shown with traces.</summary>
    public ImmutableArray<string> WhiteListIstioSystem { get; init; } = ["jaeger-query", "istio-ingressgateway"];
}
