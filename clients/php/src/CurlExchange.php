<?php

declare(strict_types=1);

namespace Atelier;

/** With the curl extension: files go by piece by piece. */
final class CurlExchange implements Exchange
{
    private const NEVER_SENT = [CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT];

    public function send(string $url, Request $request, array $headers, float $timeout): Answer
    {
        $curl = curl_init($url);
        $received = [];
        $body = '';
        $lines = array_map(fn ($name, $value) => "{$name}: {$value}", array_keys($headers), $headers);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $request->method,
            CURLOPT_HTTPHEADER => [...$lines, 'Expect:'],
            CURLOPT_CONNECTTIMEOUT_MS => (int) ($timeout * 1000),
            // A file of any size may take its time; silence may not.
            CURLOPT_LOW_SPEED_LIMIT => 1,
            CURLOPT_LOW_SPEED_TIME => max(1, (int) ceil($timeout)),
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_HEADERFUNCTION => static function ($_, string $line) use (&$received): int {
                if (str_contains($line, ':')) {
                    [$name, $value] = explode(':', $line, 2);
                    $received[strtolower($name)] = trim($value);
                }
                return strlen($line);
            },
            CURLOPT_WRITEFUNCTION => static function ($curl, string $piece) use (&$body, $request): int {
                if ($request->sink !== null && curl_getinfo($curl, CURLINFO_RESPONSE_CODE) === 200) {
                    return (int) fwrite($request->sink, $piece);
                }
                $body .= $piece;
                return strlen($piece);
            },
        ]);
        if ($request->body !== null) {
            $form = $request->body instanceof Upload ? $request->body->forCurl() : $request->body;
            curl_setopt($curl, CURLOPT_POSTFIELDS, $form);
        }
        if (curl_exec($curl) === false) {
            throw new APIConnectionError(
                'The server was not reached or broke off: ' . curl_error($curl) . '.',
                !in_array(curl_errno($curl), self::NEVER_SENT, true),
            );
        }
        return new Answer((int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $received, $body);
    }
}
