using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>The table cells of a quota: used and allowed, requests and limits apart.</summary>
internal static class QuotaCells
{
    public static string Requests(JsonObject item) => Text(item, name => !IsLimit(name));

    public static string Limits(JsonObject item) => Text(item, IsLimit);

    private static bool IsLimit(string name) => name.StartsWith("limits.", StringComparison.Ordinal);

    private static string Text(JsonObject item, Func<string, bool> wanted)
    {
        var status = item.Object("status") ?? [];
        return string.Join(", ", (status.Object("hard") ?? []).Where(p => wanted(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{p.Key}: {status.Object("used")?[p.Key]?.ToString() ?? "0"}/{p.Value}"));
    }
}
