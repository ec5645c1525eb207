namespace Weft.Istio.Admission.Checks;

/// <summary>The format of header values in Envoy (HeaderValueOption): text with <c>%NAME%</c>, <c>%NAME(argument)%</c> and <c>%NAME(["a", "b"])%</c>, where <c>%%</c> is a percent sign.</summary>
internal static class HeaderFormat
{
    private const string Invalid = "invalid header configuration. ";

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public static string? Problem(string value)
    {
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] != '%')
            {
                continue;
            }

            if (at + 1 == value.Length)
            {
                return Invalid + "Un-escaped %";
            }

            if (value[at + 1] == '%')
            {
                at++;
                continue;
            }

            if (SkipOperator(value, ref at) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>From the percent sign that begins an operator to the one that ends it.</summary>
    private static string? SkipOperator(string value, ref int at)
    {
        var stop = value.AsSpan(at + 1).IndexOfAny('%', '(');
        if (stop < 0)
        {
            return Unterminated(value);
        }

        at += 1 + stop;
        if (value[at] == '%')
        {
            return null;
        }

        at++;
        SkipSpaces(value, ref at);
        return at < value.Length && value[at] == '[' ? SkipList(value, ref at) ?? SkipEnd(value, ref at) : SkipArgument(value, ref at);
    }

    private static string? SkipArgument(string value, ref int at)
    {
        for (; at < value.Length; at++)
        {
            switch (value[at])
            {
                case '\\' when at + 1 == value.Length:
                    return Invalid + "Un-terminated backslash in JSON string";
                case '\\':
                    at++;
                    break;
                case ')':
                    return SkipEnd(value, ref at);
            }
        }

        return Unterminated(value);
    }

    private static string? SkipList(string value, ref int at)
    {
        do
        {
            at++;
            SkipSpaces(value, ref at);
            if (at >= value.Length)
            {
                return Unterminated(value);
            }

            if (value[at] != '"')
            {
                return Invalid + "Expecting '\"'";
            }

            for (at++; at < value.Length && value[at] != '"'; at++)
            {
                at += value[at] == '\\' ? 1 : 0;
            }

            at++;
            SkipSpaces(value, ref at);
        }
        while (at < value.Length && value[at] == ',');

        if (at >= value.Length)
        {
            return Unterminated(value);
        }

        if (value[at] != ']')
        {
            return Invalid + "Expecting ',', ']', or whitespace";
        }

        at++;
        SkipSpaces(value, ref at);
        return at >= value.Length ? Unterminated(value) : value[at] == ')' ? null : Invalid + "Expecting ')' or whitespace after '{}', but found '{}'";
    }

    /// <summary>From the closing parenthesis to the closing percent sign.</summary>
    private static string? SkipEnd(string value, ref int at)
    {
        at++;
        SkipSpaces(value, ref at);
        return at >= value.Length ? Unterminated(value) : value[at] == '%' ? null : Invalid + "Expecting '%' or whitespace after";
    }

    private static void SkipSpaces(string value, ref int at)
    {
        while (at < value.Length && value[at] == ' ')
        {
            at++;
        }
    }

    private static string Unterminated(string value) => $"{Invalid}Un-terminated variable expression '{value}'";
}
