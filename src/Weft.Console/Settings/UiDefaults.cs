using System.Collections.Immutable;

namespace Weft.Console.Settings;

/// <summary><c>kiali_feature_flags.ui_defaults</c>: how pages begin for who has not chosen otherwise.</summary>
public sealed record UiDefaults
{
    public FindHideSettings Graph { get; init; } = new(
        [
            new("Find: slow edges (> 1s)", "rt > 1000"),
            new("Find: unhealthy nodes", "! healthy"),
            new("Find: unknown nodes", "name = unknown"),
            new("Find: nodes with the 2 top rankings", "rank <= 2"),
        ],
        [
            new("Hide: healthy nodes", "healthy"),
            new("Hide: unknown nodes", "name = unknown"),
            new("Hide: nodes ranked lower than the 2 top rankings", "rank > 2"),
        ]);

    /// <summary><c>point</c> or <c>dash</c>.</summary>
    public string Animation { get; init; } = "point";

    public TrafficDefaults Traffic { get; init; } = new();

    public string Language { get; init; } = "en";

    public bool ShowLanguageSelector { get; init; }

    public ListDefaults List { get; init; } = new();

    public FindHideSettings Mesh { get; init; } = new([new("Find: unhealthy nodes", "! healthy")], [new("Hide: healthy nodes", "healthy")]);

    public ImmutableArray<AggregationSettings> MetricsInbound { get; init; } = [];

    public ImmutableArray<AggregationSettings> MetricsOutbound { get; init; } = [];

    public string MetricsPerRefresh { get; init; } = "1m";

    /// <summary>Namespaces that are chosen at first.</summary>
    public ImmutableArray<string> Namespaces { get; init; } = [];

    public string RefreshInterval { get; init; } = "1m";

    public int TracingLimit { get; init; } = 100;
}

/// <summary>Expressions that are offered for finding and hiding.</summary>
public sealed record FindHideSettings(ImmutableArray<ExpressionSettings> Find, ImmutableArray<ExpressionSettings> Hide);

public sealed record ExpressionSettings(string Description, string Expression)
{
    /// <summary>In effect from the start.</summary>
    public bool AutoSelect { get; init; }
}

/// <summary>The rates of a graph.</summary>
public sealed record TrafficDefaults
{
    public string Ambient { get; init; } = "total";

    public string Grpc { get; init; } = "requests";

    public string Http { get; init; } = "requests";

    public string Tcp { get; init; } = "sent";
}

/// <summary>What lists show.</summary>
public sealed record ListDefaults
{
    public bool IncludeHealth { get; init; } = true;

    public bool IncludeIstioResources { get; init; } = true;

    public bool IncludeValidations { get; init; } = true;

    public bool ShowIncludeToggles { get; init; }
}

/// <summary>A label that metrics can be grouped by, beside the usual ones.</summary>
public sealed record AggregationSettings(string DisplayName, string Label, bool SingleSelection);
