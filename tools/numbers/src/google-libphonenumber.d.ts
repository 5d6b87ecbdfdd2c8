/** The package has no types of its own; this is what we use of it. */
declare module 'google-libphonenumber' {
  const googlePhoneNumbers: {
    readonly ShortNumberInfo: { getInstance(): { isEmergencyNumber(number: string, regionCode: string): boolean } };
  };
  export default googlePhoneNumbers;
}
