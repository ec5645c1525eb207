using System.Collections.Immutable;

namespace Weft.Runtime.Images;

/// <summary>
/// Images that stand for commands of this machine. The command takes the place of the image's entry point: a container's
/// <c>command</c> replaces it, its <c>args</c> are appended.
/// </summary>
public sealed record ImageMap(ImmutableDictionary<string, ImmutableArray<string>> Commands)
{
    /// <summary>Images of this registry stand for the command of their name, without any entry.</summary>
    public const string LocalRegistry = "weft.local/";

    public static ImageMap Empty { get; } = new(ImmutableDictionary<string, ImmutableArray<string>>.Empty);

    /// <summary>
    /// Reads a map file: one <c>image = command argument ...</c> per line; arguments with blanks in double quotes; lines that begin
    /// with # are comments. Throws <see cref="FormatException"/> that names the line.
    /// </summary>
    public static ImageMap Parse(string text)
    {
        var commands = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line.StartsWith('#'))
                continue;
            var separator = line.IndexOf('=', StringComparison.Ordinal);
            var command = separator < 0 ? [] : CommandLine.Split(line[(separator + 1)..]);
            if (separator <= 0 || command.IsEmpty)
                throw new FormatException($"Line {number} of the image map is not 'image = command argument ...': {line}");
            commands[line[..separator].Trim()] = command;
        }

        return new ImageMap(commands.ToImmutable());
    }

    /// <summary>The command of an image; empty when the image is not mapped.</summary>
    public ImmutableArray<string> CommandOf(string image)
    {
        if (Commands.TryGetValue(image, out var command) || Commands.TryGetValue(WithoutTag(image), out command))
            return command;
        return image.StartsWith(LocalRegistry, StringComparison.Ordinal) && image.Length > LocalRegistry.Length
            ? [WithoutTag(image[LocalRegistry.Length..])]
            : [];
    }

    private static string WithoutTag(string image)
    {
        var digest = image.IndexOf('@', StringComparison.Ordinal);
        if (digest >= 0)
            image = image[..digest];
        var tag = image.LastIndexOf(':');
        return tag > image.LastIndexOf('/') ? image[..tag] : image;
    }
}
