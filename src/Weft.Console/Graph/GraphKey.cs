using System.Runtime.CompilerServices;
using Weft.Console.Inventory;

namespace Weft.Console.Graph;

/// <summary>What decides a graph besides telemetry: the options by content, and the cluster as it was read, by identity.</summary>
internal sealed class GraphKey(GraphOptions options, MeshInventory mesh) : IEquatable<GraphKey>
{
    private readonly string _text = Text(options with { Refresh = null });
    private readonly MeshInventory _mesh = mesh;

    public bool Equals(GraphKey? other) => other is not null && ReferenceEquals(_mesh, other._mesh) && _text == other._text;

    public override bool Equals(object? obj) => Equals(obj as GraphKey);

    public override int GetHashCode() => HashCode.Combine(_text, RuntimeHelpers.GetHashCode(_mesh));

    /// <summary>The record's own text names the lists' types only; their content stands in front of it. No name contains a comma or a blank.</summary>
    internal static string Text(GraphOptions options)
    {
        var appenders = options.Appenders is { } wanted ? string.Join(',', wanted.Order(StringComparer.Ordinal)) : "*";
        return $"{string.Join(',', options.Namespaces)} {appenders} {options.QueryTime.ToUnixTimeMilliseconds()} {options}";
    }
}
