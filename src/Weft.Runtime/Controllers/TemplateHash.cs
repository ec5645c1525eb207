using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers;

/// <summary>
/// Identity of pod templates. The hash is FNV-1a over the template's JSON with sorted members, spelled in the alphabet that
/// Kubernetes uses for generated names (no vowels, so no words). It need not equal Kubernetes' own, which hashes a Go struct.
/// </summary>
internal static class TemplateHash
{
    public const string PodTemplateHashLabel = "pod-template-hash";
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Whether two templates ask for the same pods; the label that carries the hash itself does not count.</summary>
    public static bool AreEqual(PodTemplateSpec left, PodTemplateSpec right) => Canonical(left) == Canonical(right);

    public static string Of(PodTemplateSpec template, int? collisionCount)
    {
        var text = Canonical(template) + (collisionCount is { } count ? count.ToString(CultureInfo.InvariantCulture) : "");
        var hash = Fnv1a(Encoding.UTF8.GetBytes(text)).ToString(CultureInfo.InvariantCulture);
        return string.Concat(hash.Select(digit => Alphabet[digit % Alphabet.Length]));
    }

    private static uint Fnv1a(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var value in bytes)
            hash = unchecked((hash ^ value) * 16777619u);
        return hash;
    }

    private static string Canonical(PodTemplateSpec template)
    {
        var labels = template.Metadata.Labels.Remove(PodTemplateHashLabel);
        var json = JsonSerializer.SerializeToNode(template with { Metadata = template.Metadata with { Labels = labels } }, KubernetesJson.TypeInfo<PodTemplateSpec>());
        var text = new StringBuilder();
        Write(json, text);
        return text.ToString();
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject members:
                text.Append('{');
                foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    text.Append('"').Append(name).Append("\":");
                    Write(value, text);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonArray items:
                text.Append('[');
                foreach (var item in items)
                {
                    Write(item, text);
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }
}
