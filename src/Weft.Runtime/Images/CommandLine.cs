using System.Collections.Immutable;
using System.Text;

namespace Weft.Runtime.Images;

/// <summary>Splits a command line at blanks; double quotes keep blanks, a backslash keeps the next character.</summary>
internal static class CommandLine
{
    public static ImmutableArray<string> Split(string text)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var word = new StringBuilder();
        var (quoted, begun) = (false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\\' && i + 1 < text.Length)
                (word, begun) = (word.Append(text[++i]), true);
            else if (character == '"')
                (quoted, begun) = (!quoted, true);
            else if (char.IsWhiteSpace(character) && !quoted)
                (word, begun) = Finish(words, word, begun);
            else
                (word, begun) = (word.Append(character), true);
        }

        Finish(words, word, begun);
        return words.DrainToImmutable();
    }

    private static (StringBuilder Word, bool Begun) Finish(ImmutableArray<string>.Builder words, StringBuilder word, bool begun)
    {
        if (begun)
            words.Add(word.ToString());
        return (word.Clear(), false);
    }
}
