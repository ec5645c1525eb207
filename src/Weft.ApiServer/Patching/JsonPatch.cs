using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Patching;

/// <summary>RFC 6902. Throws PatchException for an operation that does not apply.</summary>
internal static class JsonPatch
{
    public static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        JsonNode? root = target.DeepClone();
        foreach (var entry in operations)
        {
            root = Apply(root, entry as JsonObject ?? []);
        }

        return root as JsonObject ?? throw new PatchException("the patch does not leave an object", 422);
    }

    private static JsonNode? Apply(JsonNode? root, JsonObject operation)
    {
        var kind = operation.Text("op") ?? "";
        var path = operation.Text("path") ?? throw new PatchException("operation has no path", 422);
        var tokens = Tokens(path);
        switch (kind)
        {
            case "add" when path.Length == 0:
                throw Missing("add", path);
            case "add":
                return Add(root, tokens, operation["value"]?.DeepClone(), path);
            case "remove":
                Remove(root, tokens, path);
                return root;
            case "replace":
                if (tokens.Length == 0) return operation["value"]?.DeepClone();
                Get(root, tokens, "replace", path);
                Set(root, tokens, operation["value"]?.DeepClone(), path);
                return root;
            case "move":
                var moved = Get(root, From(operation), "move", path)?.DeepClone();
                Remove(root, From(operation), path);
                return Add(root, tokens, moved, path);
            case "copy":
                return Add(root, tokens, Get(root, From(operation), "copy", path)?.DeepClone(), path);
            case "test":
                if (!JsonNode.DeepEquals(Find(root, tokens), operation["value"])) throw new PatchException($"testing value {path} failed: test failed", 422);
                return root;
            default:
                throw new PatchException($"Unexpected kind: {kind}", 422);
        }
    }

    private static string[] From(JsonObject operation) => Tokens(operation.Text("from") ?? throw new PatchException("operation has no from", 422));

    private static string[] Tokens(string path)
    {
        if (path.Length == 0) return [];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) throw Missing("add", path);
        // What stands before the first slash is nobody's business, as there.
        return [.. path[(slash + 1)..].Split('/').Select(t => t.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Find(JsonNode? root, string[] tokens)
    {
        foreach (var token in tokens)
        {
            if (root is JsonObject map) root = map[token];
            else if (root is JsonArray list && Index(token, list.Count) is { } index && index < list.Count) root = list[index];
            else return null;
        }

        return root;
    }

    private static JsonNode? Get(JsonNode? root, string[] tokens, string operation, string path)
    {
        if (tokens.Length == 0) return root;
        var parent = Find(root, tokens[..^1]);
        return parent switch
        {
            JsonObject map when map.ContainsKey(tokens[^1]) => map[tokens[^1]],
            JsonArray list when Index(tokens[^1], list.Count) is { } index && index < list.Count => list[index],
            _ => throw Missing(operation, path),
        };
    }

    private static JsonNode? Add(JsonNode? root, string[] tokens, JsonNode? value, string path)
    {
        if (tokens.Length == 0) return value;
        switch (Find(root, tokens[..^1]))
        {
            case JsonObject map:
                map[tokens[^1]] = value;
                return root;
            case JsonArray list when tokens[^1] == "-":
                list.Add(value);
                return root;
            case JsonArray list when Index(tokens[^1], list.Count + 1) is { } index && index <= list.Count:
                list.Insert(index, value);
                return root;
            default:
                throw Missing("add", path);
        }
    }

    private static void Set(JsonNode? root, string[] tokens, JsonNode? value, string path)
    {
        switch (Find(root, tokens[..^1]))
        {
            case JsonObject map:
                map[tokens[^1]] = value;
                return;
            case JsonArray list when Index(tokens[^1], list.Count) is { } index && index < list.Count:
                list[index] = value;
                return;
            default:
                throw Missing("replace", path);
        }
    }

    private static void Remove(JsonNode? root, string[] tokens, string path)
    {
        if (tokens.Length == 0) throw Missing("remove", path);
        switch (Find(root, tokens[..^1]))
        {
            case JsonObject map when map.Remove(tokens[^1]):
                return;
            case JsonArray list when Index(tokens[^1], list.Count) is { } index && index < list.Count:
                list.RemoveAt(index);
                return;
            default:
                throw Missing("remove", path);
        }
    }

    /// <summary>A negative index counts from the end; one beyond either end is none.</summary>
    private static int? Index(string token, int count) =>
        !int.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) || index < -count ? null : index < 0 ? count + index : index;

    private static PatchException Missing(string operation, string path) => new(
        operation switch
        {
            "remove" => $"remove operation does not apply: doc is missing path: \"{path}\": missing value",
            "add" => $"add operation does not apply: doc is missing path: \"{path}\": missing value",
            _ => $"{operation} operation does not apply: doc is missing key: {path}: missing value",
        },
        422);
}

/// <summary>A patch that cannot be applied; the code is the answer's.</summary>
internal sealed class PatchException(string message, int code) : Exception(message)
{
    public int Code { get; } = code;
}
