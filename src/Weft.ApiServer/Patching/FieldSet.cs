using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Patching;

/// <summary>
/// A set of field paths, as managedFields holds it: path elements are `f:name`, `k:{keys}` and `v:value`;
/// a node is a member itself when it is marked.
/// </summary>
internal sealed class FieldSet
{
    public SortedDictionary<string, FieldSet> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>The path up to here is in the set.</summary>
    public bool Member { get; set; }

    public bool IsEmpty => !Member && Children.Count == 0;

    public FieldSet Child(string element)
    {
        if (!Children.TryGetValue(element, out var child)) Children[element] = child = new FieldSet();
        return child;
    }

    public FieldSet? Find(string element) => Children.GetValueOrDefault(element);

    /// <summary>Without paths that lead to no member.</summary>
    public FieldSet Pruned()
    {
        var result = new FieldSet { Member = Member };
        foreach (var (name, child) in Children)
        {
            var kept = child.Pruned();
            if (!kept.IsEmpty) result.Children[name] = kept;
        }

        return result;
    }

    public static FieldSet Parse(JsonObject fields)
    {
        var set = new FieldSet();
        foreach (var (name, value) in fields)
        {
            if (name == ".")
            {
                set.Member = true;
                continue;
            }

            var child = Parse(value as JsonObject ?? []);
            if (child.Children.Count == 0) child.Member = true;
            set.Children[name] = child;
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var result = new JsonObject();
        if (Member && Children.Count > 0) result["."] = new JsonObject();
        foreach (var (name, child) in Children)
            if (!child.IsEmpty) result[name] = child.ToJson();
        return result;
    }

    public FieldSet Union(FieldSet other)
    {
        var result = new FieldSet { Member = Member || other.Member };
        foreach (var name in Children.Keys.Union(other.Children.Keys))
        {
            var (left, right) = (Find(name), other.Find(name));
            result.Children[name] = left is null ? right! : right is null ? left : left.Union(right);
        }

        return result;
    }

    public FieldSet Intersect(FieldSet other)
    {
        var result = new FieldSet { Member = Member && other.Member };
        foreach (var (name, child) in Children)
        {
            if (other.Find(name) is not { } match) continue;
            var both = child.Intersect(match);
            if (!both.IsEmpty) result.Children[name] = both;
        }

        return result;
    }

    public FieldSet Except(FieldSet other)
    {
        var result = new FieldSet { Member = Member && !other.Member };
        foreach (var (name, child) in Children)
        {
            var rest = other.Find(name) is { } match ? child.Except(match) : child;
            if (!rest.IsEmpty) result.Children[name] = rest;
        }

        return result;
    }

    /// <summary>The member paths in Kubernetes' words: `.spec.containers[name="web"].image`.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (Member) yield return prefix;
        foreach (var (name, child) in Children)
            foreach (var path in child.Paths(prefix + Words(name))) yield return path;
    }

    private static string Words(string element)
    {
        if (element.StartsWith("f:", StringComparison.Ordinal)) return $".{element[2..]}";
        if (element.StartsWith("v:", StringComparison.Ordinal)) return $"[={element[2..]}]";
        var keys = JsonText.ParseObject(Encoding.UTF8.GetBytes(element[2..]));
        return $"[{string.Join(',', keys.Select(k => $"{k.Key}={Encoding.UTF8.GetString(JsonText.Write(k.Value))}"))}]";
    }

    /// <summary>The path element of a list item: by its keys, or by its value.</summary>
    public static string Element(JsonNode? item, SchemaNode list)
    {
        if (list.ListKind == ListKind.Set) return $"v:{Encoding.UTF8.GetString(JsonText.Write(item))}";
        var keys = new JsonObject();
        foreach (var key in list.ListMapKeys.Order(StringComparer.Ordinal))
        {
            var value = (item as JsonObject)?[key];
            if (value is not null) keys[key] = value.DeepClone();
            else if (key == "protocol") keys[key] = "TCP";
        }

        return $"k:{Encoding.UTF8.GetString(JsonText.Write(keys))}";
    }
}
