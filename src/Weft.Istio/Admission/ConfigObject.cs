using System.Text.Json.Nodes;

namespace Weft.Istio.Admission;

/// <summary>One object under review.</summary>
internal sealed record ConfigObject(string Kind, string Name, string Namespace, Spec Metadata, Spec Spec)
{
    public static ConfigObject Of(string kind, JsonObject item)
    {
        var metadata = new Spec(item["metadata"] as JsonObject);
        return new ConfigObject(kind, metadata.Text("name"), metadata.Text("namespace"), metadata, new Spec(item["spec"] as JsonObject ?? []));
    }

    public string? Annotation(string name) => Metadata.Message("annotations") is { Exists: true } annotations && annotations.Has(name) ? annotations.Text(name) : null;

    public string? Label(string name) => Metadata.Message("labels") is { Exists: true } labels && labels.Has(name) ? labels.Text(name) : null;
}
