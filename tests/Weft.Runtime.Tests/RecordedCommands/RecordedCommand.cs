using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;

namespace Weft.Runtime.RecordedCommands;

/// <summary>
/// A command of the recording, in its order. Without an exit code its answer is not known: it is run because later ones see what it left.
/// </summary>
internal sealed record RecordedCommand
{
    public required string Id { get; init; }

    public required string Command { get; init; }

    /// <summary>A number, or "stopped with SIGINT" for one that never ends by itself.</summary>
    public JsonElement? ExitCode { get; init; }

    public string Stdout { get; init; } = "";

    public string Stderr { get; init; } = "";

    public string? Stdin { get; init; }

    public ImmutableDictionary<string, string> Files { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What others changed while the command was watching.</summary>
    public ImmutableArray<string> Meanwhile { get; init; } = [];

    /// <summary>Run as the user `viewer`, who has no rights.</summary>
    public bool Viewer { get; init; }

    public static ImmutableArray<RecordedCommand> Load()
    {
        using var stream = typeof(RecordedCommand).Assembly.GetManifestResourceStream("commands.json.gz")!;
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        return JsonSerializer.Deserialize<ImmutableArray<RecordedCommand>>(unzipped, JsonSerializerOptions.Web);
    }

    /// <summary>Commands at which we differ, with the reason: lines `id | reason`.</summary>
    public static Dictionary<string, string> Deviations()
    {
        using var reader = new StreamReader(typeof(RecordedCommand).Assembly.GetManifestResourceStream("command-deviations.txt")!);
        return reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split(" | ")).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.Ordinal);
    }
}
