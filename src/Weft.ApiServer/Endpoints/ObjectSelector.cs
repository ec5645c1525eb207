using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Endpoints;

/// <summary>Label and field selector of a list or watch.</summary>
internal sealed class ObjectSelector
{
    private readonly List<Requirement> _labels;
    private readonly List<(string Path, string Value, bool Equal)> _fields;
    private readonly ResourceDefinition _resource;

    private ObjectSelector(List<Requirement> labels, List<(string, string, bool)> fields, ResourceDefinition resource)
    {
        _labels = labels;
        _fields = fields;
        _resource = resource;
    }

    public bool IsEmpty => _labels.Count == 0 && _fields.Count == 0;

    public static ObjectSelector Parse(ResourceDefinition resource, string labels, string fields) =>
        new(ParseLabels(labels), ParseFields(resource, fields), resource);

    public bool Matches(StoredObject item)
    {
        foreach (var requirement in _labels)
            if (!requirement.Matches(item.Labels.TryGetValue(requirement.Key, out var value) ? value : null)) return false;
        if (_fields.Count == 0) return true;
        JsonObject? content = null;
        foreach (var (path, wanted, equal) in _fields)
        {
            var actual = path switch
            {
                "metadata.name" => item.Key.Name,
                "metadata.namespace" => item.Key.Namespace,
                _ => Field(content ??= JsonText.ParseObject(item.Json.Span), path),
            };
            if (actual == wanted != equal) return false;
        }

        return true;
    }

    private string Field(JsonObject content, string path)
    {
        if (_resource.Kind == "Event" && path == "reportingComponent") path = content.Text("reportingComponent") is { Length: > 0 } ? path : "source.component";
        if (_resource.Kind == "Event" && path == "source") path = "source.component";
        JsonNode? current = content;
        foreach (var part in path.Split('.')) current = (current as JsonObject)?[part];
        return current?.ToString() ?? (path is "spec.unschedulable" or "spec.hostNetwork" ? "false" : path == "status.successful" ? "0" : "");
    }

    private static List<(string, string, bool)> ParseFields(ResourceDefinition resource, string text)
    {
        var result = new List<(string, string, bool)>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0) throw StatusErrors.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            var negated = at > 0 && part[at - 1] == '!';
            var path = part[..(negated ? at - 1 : at)].Trim();
            var value = part[(at + 1)..].TrimStart('=').Replace("\\,", ",", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal);
            if (!Supported(resource, path)) throw StatusErrors.BadRequest($"field label not supported: {path}");
            result.Add((path, value, !negated));
        }

        return result;
    }

    private static bool Supported(ResourceDefinition resource, string path)
    {
        if (path is "metadata.name" or "metadata.namespace") return true;
        return resource.TypeName switch
        {
            "core/v1.Pod" => path is "spec.nodeName" or "spec.restartPolicy" or "spec.schedulerName" or "spec.serviceAccountName" or "spec.hostNetwork" or "status.phase" or "status.podIP" or "status.podIPs" or "status.nominatedNodeName",
            "core/v1.Event" or "events/v1.Event" => path is "involvedObject.kind" or "involvedObject.namespace" or "involvedObject.name" or "involvedObject.uid" or "involvedObject.apiVersion" or "involvedObject.resourceVersion" or "involvedObject.fieldPath" or "reason" or "reportingComponent" or "source" or "type" or "regarding.kind" or "regarding.name" or "regarding.namespace" or "regarding.uid",
            "core/v1.Namespace" => path == "status.phase",
            "core/v1.Node" => path == "spec.unschedulable",
            "core/v1.Secret" => path == "type",
            "core/v1.Service" => path is "spec.clusterIP" or "spec.type",
            "apps/v1.ReplicaSet" => path == "status.replicas",
            "batch/v1.Job" => path == "status.successful",
            _ => false,
        };
    }

    private static List<Requirement> ParseLabels(string text)
    {
        var result = new List<Requirement>();
        foreach (var part in SplitTopLevel(text)) result.Add(Requirement.Parse(part.Trim()));
        return result;
    }

    private static IEnumerable<string> SplitTopLevel(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '(') depth++;
            else if (text[i] == ')') depth--;
            else if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        if (start < text.Length) yield return text[start..];
    }

    private sealed record Requirement(string Key, string Operator, IReadOnlyList<string> Values)
    {
        public bool Matches(string? value) => Operator switch
        {
            "in" => value is not null && Values.Contains(value),
            "notin" => value is null || !Values.Contains(value),
            "exists" => value is not null,
            "absent" => value is null,
            "gt" => long.TryParse(value, out var number) && number > long.Parse(Values[0], System.Globalization.CultureInfo.InvariantCulture),
            _ => long.TryParse(value, out var number) && number < long.Parse(Values[0], System.Globalization.CultureInfo.InvariantCulture),
        };

        public static Requirement Parse(string text)
        {
            if (text.StartsWith('!')) return new Requirement(Checked(text[1..].Trim(), text), "absent", []);
            foreach (var (sign, name) in new[] { ("!=", "notin"), ("==", "in"), ("=", "in"), (">", "gt"), ("<", "lt") })
            {
                var at = text.IndexOf(sign, StringComparison.Ordinal);
                if (at <= 0) continue;
                return new Requirement(Checked(text[..at].Trim(), text), name, [text[(at + sign.Length)..].Trim()]);
            }

            var open = text.IndexOf('(', StringComparison.Ordinal);
            if (open > 0 && text.EndsWith(')'))
            {
                var head = text[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (head.Length == 2 && head[1] is "in" or "notin") return new Requirement(Checked(head[0], text), head[1], [.. text[(open + 1)..^1].Split(',').Select(v => v.Trim())]);
                throw Unable(text);
            }

            return new Requirement(Checked(text, text), "exists", []);
        }

        private static string Checked(string key, string text) =>
            key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? key : throw Unable(text);

        private static StatusException Unable(string text) => StatusErrors.BadRequest($"unable to parse requirement: found '{text}', expected: identifier");
    }
}
