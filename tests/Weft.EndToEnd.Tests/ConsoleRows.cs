using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weft.EndToEnd;

/// <summary>
/// Rows of the acceptance list, looked at in one browser by <c>ui/browser/acceptance.mjs</c> over a running mesh. A group of rows is looked at once, by the first test
/// that asks for one of them.
/// </summary>
public sealed class ConsoleRows
{
    private static readonly string Script = Path.Combine(WeftProcess.Repository, "ui/browser/acceptance.mjs");

    private readonly Dictionary<string, Task<IReadOnlyDictionary<string, SeenRow>>> _groups = [];

    /// <summary>The names of a group's rows.</summary>
    public static TheoryData<string> Of(string group)
    {
        using var node = Process.Start(new ProcessStartInfo("node", [Script, group, "--list"]) { RedirectStandardOutput = true })!;
        return [.. node.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>Fails unless the row was seen; tells what the page showed instead.</summary>
    public async Task AssertSeenAsync(string group, string row, WeftProcess weft, CancellationToken cancellationToken)
    {
        if (!_groups.TryGetValue(group, out var rows))
        {
            rows = LookAsync(group, weft, cancellationToken);
            _groups[group] = rows;
        }

        var seen = (await rows).TryGetValue(row, out var found) ? found : new SeenRow(row, false, "the browser did not come to this row");
        Assert.True(seen.Ok, $"row {row}: {seen.Error}");
    }

    private static async Task<IReadOnlyDictionary<string, SeenRow>> LookAsync(string group, WeftProcess weft, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", [Script, group, "--pictures", Path.Combine(AppContext.BaseDirectory, "screenshots")])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["WEFT_URL"] = weft.Console.ToString().TrimEnd('/'),
                ["WEFT_KUBECONFIG"] = weft.Kubeconfig,
                ["WEFT_INGRESS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{8080 + weft.Offset}"),
            },
        };
        using var node = Process.Start(start)!;
        var output = await node.StandardOutput.ReadToEndAsync(cancellationToken);
        await node.WaitForExitAsync(cancellationToken);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith('{'))
            .Select(line => JsonSerializer.Deserialize(line, SeenRowJson.Default.SeenRow)!)
            .ToDictionary(seen => seen.Row);
    }
}

/// <summary>What the browser told of a row.</summary>
internal sealed record SeenRow(string Row, bool Ok, string? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SeenRow))]
internal sealed partial class SeenRowJson : JsonSerializerContext;
