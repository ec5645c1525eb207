using System.Globalization;

namespace Weft.Demos.External.Curl;

/// <summary>The script is beyond what is understood here; the message names the part.</summary>
internal sealed class CurlScriptException(string message) : Exception(message);

/// <summary>One step of a script: a call, or a pause.</summary>
internal sealed record CurlStep(CurlCall? Call, TimeSpan Pause);

/// <summary>
/// The little of a shell that the demo's pods use: lines or semicolons, comments, quotes, <c>curl</c>, <c>sleep</c>, and one <c>while true; do ... done</c> at the end.
/// </summary>
internal sealed record CurlScript(IReadOnlyList<CurlStep> Once, IReadOnlyList<CurlStep> Forever)
{
    /// <exception cref="CurlScriptException">Something else is in it.</exception>
    public static CurlScript Parse(string script)
    {
        List<CurlStep> once = [];
        List<CurlStep> forever = [];
        var state = State.Before;
        foreach (var statement in Statements(script))
        {
            var words = statement;
            if (words is ["while", "true" or ":"] && state == State.Before)
            {
                state = State.LoopHead;
                continue;
            }

            if (words is ["do", ..] && state == State.LoopHead)
            {
                state = State.Loop;
                words = words[1..];
            }

            if (words is ["done"] && state == State.Loop)
            {
                state = State.After;
            }
            else if (words.Count > 0)
            {
                (state switch
                {
                    State.Before => once,
                    State.Loop => forever,
                    _ => throw new CurlScriptException($"unexpected '{words[0]}'"),
                }).Add(Step([.. words]));
            }
        }

        return state is State.Before or State.After ? new CurlScript(once, forever) : throw new CurlScriptException("'done' is missing");
    }

    /// <summary>A single command: curl with its options, or sleep.</summary>
    public static CurlStep Step(string[] words) => words switch
    {
        ["curl" or "/usr/bin/curl", .. var options] => new CurlStep(CurlCall.Parse(options), TimeSpan.Zero),
        ["sleep" or "/bin/sleep", var time] => new CurlStep(null, Pause(time)),
        [var other, ..] => throw new CurlScriptException($"{other}: not found; this demo's shell knows while true, curl and sleep only"),
        [] => throw new CurlScriptException("no command"),
    };

    /// <summary>Seconds, or with a letter minutes, hours or days.</summary>
    private static TimeSpan Pause(string text)
    {
        if (text is "infinity" or "inf")
        {
            return Timeout.InfiniteTimeSpan;
        }

        var unit = text is [.., 's' or 'm' or 'h' or 'd'] ? text[^1] : ' ';
        var seconds = unit switch { 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 1 };
        if (!double.TryParse(unit == ' ' ? text : text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            throw new CurlScriptException($"sleep: invalid time interval '{text}'");
        }

        // A timer cannot be set beyond 49 days; nobody waits longer.
        return TimeSpan.FromSeconds(Math.Min(number * seconds, TimeSpan.FromDays(45).TotalSeconds));
    }

    private static IEnumerable<List<string>> Statements(string script)
    {
        foreach (var line in script.Split('\n'))
        {
            foreach (var statement in Words(line))
            {
                yield return statement;
            }
        }
    }

    /// <summary>The statements of one line, as words without their quotes.</summary>
    private static List<List<string>> Words(string line)
    {
        List<List<string>> statements = [[]];
        var word = new System.Text.StringBuilder();
        var inWord = false;
        var quote = '\0';
        foreach (var character in line + "\n")
        {
            if (quote != '\0')
            {
                quote = character == quote ? '\0' : quote;
                _ = quote == '\0' ? word : word.Append(character);
                continue;
            }

            switch (character)
            {
                case '\'' or '"':
                    quote = character;
                    inWord = true;
                    break;
                case ' ' or '\t' or '\r' or '\n' or ';':
                    EndWord();
                    if (character == ';')
                    {
                        statements.Add([]);
                    }

                    break;
                case '#' when !inWord:
                    return statements;
                case '|' or '&' or '$' or '`' or '>' or '<' or '(' or ')' or '{' or '}' or '\\':
                    throw new CurlScriptException($"'{character}' is not known to this demo's shell; it knows while true, curl and sleep only");
                default:
                    word.Append(character);
                    inWord = true;
                    break;
            }
        }

        return quote == '\0' ? statements : throw new CurlScriptException("a quote is not closed");

        void EndWord()
        {
            if (inWord)
            {
                statements[^1].Add(word.ToString());
                word.Clear();
                inWord = false;
            }
        }
    }

    private enum State
    {
        Before,
        LoopHead,
        Loop,
        After,
    }
}
