using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weft.Console.Dashboards;

/// <summary>The dashboards that are built in: those that Kiali has, and one for .NET. Their definitions are in catalog.json.</summary>
internal sealed class DashboardCatalog
{
    private readonly FrozenDictionary<string, CustomDashboard> _byName;

    public DashboardCatalog()
    {
        using var stream = typeof(DashboardCatalog).Assembly.GetManifestResourceStream("dashboards.json")
            ?? throw new InvalidOperationException("the dashboards are not in the assembly");
        All = JsonSerializer.Deserialize(stream, DashboardJsonContext.Default.ImmutableArrayCustomDashboard);
        _byName = All.ToFrozenDictionary(dashboard => dashboard.Name, StringComparer.Ordinal);
    }

    public ImmutableArray<CustomDashboard> All { get; }

    public CustomDashboard? Find(string name) => _byName.GetValueOrDefault(name);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImmutableArray<CustomDashboard>))]
internal sealed partial class DashboardJsonContext : JsonSerializerContext;
